import { Docker, DockerError } from '../../agent/docker';
import { labelled, Rollout, type Verdict } from '../../agent/rollout';
import { serviceSpec, type ServiceSpec } from '../../agent/render/service-spec';
import { DockerEngine } from './docker-engine';
import { FakeHost } from './fake-host';

let engine: DockerEngine;
let machine: FakeHost;
beforeEach(async () => {
  engine = await new DockerEngine().start();
  machine = new FakeHost();
  engine.behaviours.set('bad', { does: 'crash', log: ['starting …', 'FATAL: no such table: ünits'] });
  engine.behaviours.set('sick', {
    does: 'sick',
    log: ['listening'],
    health: 'wget: server returned error: HTTP/1.1 503',
  });
  engine.behaviours.set('homeless', { does: 'pending' });
  engine.behaviours.set('slow', { does: 'start' });
});
afterEach(() => engine.close());

const file = '/var/lib/berth/rollouts.json';
const rollout = (patience = 60_000) =>
  new Rollout({ docker: new Docker(engine.socket), machine, file, interval: 1, timeout: patience });

/** As the agent makes it, but watched for a millisecond only. */
function spec(Image: string, Replicas = 1, name = 'web'): ServiceSpec {
  const made = serviceSpec(
    name,
    { kind: 'web', image: '', port: 3000, health: '/', replicas: Replicas, memory: 64, cpu: 100, stopGrace: 1 },
    Image,
    {},
    { gateway: '172.18.0.1', cpuLimits: false, network: 'services' },
  );
  return { ...made, UpdateConfig: { ...made.UpdateConfig, Monitor: 1_000_000 } };
}

const outcome = ({ outcome: how, lines }: Verdict): unknown[] => [how, lines];
const crashed = ['task: non-zero exit (1)', 'log: starting …', 'log: FATAL: no such table: ünits'];
const rollingOut = 'rolling out, the new one beside the old one';
const goingBack = 'did not become healthy: going back';

describe('a service is brought to its specification', () => {
  test('the first time it is started, and only looked at when it is there already', async () => {
    expect(outcome(await rollout().apply(spec('v1', 2)))).toEqual(['healthy', ['started for the first time']]);
    expect(engine.running('berth_web')).toEqual(['v1', 'v1']);
    expect(outcome(await rollout().apply(spec('v1', 2)))).toEqual(['unchanged', []]);
    expect(engine.changes).toEqual(['POST /services/create']);
  });

  test('another image replaces every container, and it is said while it happens', async () => {
    await rollout().apply(spec('v1', 2));
    const said: string[] = [];
    expect(outcome(await rollout().apply(spec('v2', 2), (line) => said.push(line)))).toEqual(['healthy', [rollingOut]]);
    expect(engine.running('berth_web')).toEqual(['v2', 'v2']);
    expect(said).toEqual([rollingOut]);
  });

  test('one that is healthy after others were not is judged by itself', async () => {
    await rollout().apply(spec('v1'));
    for (const [image, expected] of [
      ['bad', 'rolled back'],
      ['v2', 'healthy'],
      ['sick', 'rolled back'],
      ['v3', 'healthy'],
    ]) {
      expect([image, (await rollout().apply(spec(image!))).outcome]).toEqual([image, expected]);
    }
    expect(engine.running('berth_web')).toEqual(['v3']);
  });

  test('two services do not wait for each other', async () => {
    engine.behaviours.set('never', { does: 'start' });
    const both = rollout(200);
    const slow = both.apply(spec('never', 1, 'slow'));
    expect((await both.apply(spec('v1'))).outcome).toBe('healthy');
    expect(engine.names()).toContain('berth_slow');
    expect((await slow).outcome).toBe('failed');
  });
});

describe('what does not work is taken back, and its last words are kept', () => {
  test.each<[string, string, string[]]>([
    ['a container that ends', 'bad', crashed],
    [
      'one that is never healthy',
      'sick',
      ['it was never healthy, and was stopped', 'health: wget: server returned error: HTTP/1.1 503', 'log: listening'],
    ],
  ])('%s: the former revision serves on', async (_, image, evidence) => {
    await rollout().apply(spec('v1', 2));
    expect(outcome(await rollout().apply(spec(image, 2)))).toEqual([
      'rolled back',
      [rollingOut, goingBack, ...evidence],
    ]);
    expect(engine.running('berth_web')).toEqual(['v1', 'v1']);
    expect((await rollout().apply(spec('v1', 2))).outcome).toBe('unchanged');
  });

  test.each<[string, string, string[]]>([
    ['ends', 'bad', crashed],
    [
      'is never healthy',
      'sick',
      ['it was never healthy, and was stopped', 'health: wget: server returned error: HTTP/1.1 503', 'log: listening'],
    ],
    ['finds no place', 'homeless', ['no suitable node (insufficient resources on 1 node)']],
    ['starts for ever', 'slow', ['it was still starting']],
  ])('a first release that %s is removed: trying it for ever helps nobody', async (_, image, evidence) => {
    expect(outcome(await rollout(100).apply(spec(image)))).toEqual([
      'failed',
      ['started for the first time', ...evidence],
    ]);
    expect(engine.names()).toEqual([]);
  });

  test('only the last twenty lines are kept, and those of the newest container', async () => {
    engine.behaviours.set('chatty', {
      does: 'crash',
      log: Array.from({ length: 30 }, (_, line) => `line ${line + 1}`),
    });
    const { lines } = await rollout().apply(spec('chatty'));
    expect(lines.filter((line) => line.startsWith('log: '))).toEqual(
      Array.from({ length: 20 }, (_, line) => `log: line ${line + 11}`),
    );
  });
});

test.each([
  ['v2', 'healthy'],
  ['bad', 'rolled back'],
])('the status of the update before is not taken for the one of this: %s is %s', async (image, expected) => {
  await rollout().apply(spec('v1'));
  for (const former of ['sick', 'v1b']) {
    await rollout().apply(spec(former));
    engine.lag = 4;
    expect((await rollout().apply(spec(image))).outcome).toBe(expected);
    engine.lag = 0;
    await rollout().apply(spec('v1'));
    rollout().clearFailures();
  }
});

describe('a specification that failed', () => {
  test('is not tried again, also after a restart, and keeps its reasons', async () => {
    await rollout().apply(spec('v1'));
    const first = await rollout().apply(spec('bad'));
    const before = engine.changes.length;
    expect(await rollout().apply(spec('bad'))).toEqual({ ...first, seconds: 0 });
    expect(engine.changes.length).toBe(before);
  });

  test('is tried again once it is forgiven, for that service alone', async () => {
    for (const name of ['web', 'api']) {
      await rollout().apply(spec('v1', 1, name));
      await rollout().apply(spec('bad', 1, name));
    }
    const agent = rollout();
    agent.clearFailures('berth_web');
    engine.behaviours.set('bad', { does: 'run' });
    expect((await rollout().apply(spec('bad', 1, 'web'))).outcome).toBe('healthy');
    expect((await rollout().apply(spec('bad', 1, 'api'))).outcome).toBe('rolled back');
    rollout().clearFailures();
    expect((await rollout().apply(spec('bad', 1, 'api'))).outcome).toBe('healthy');
  });

  test('does not hold up another one', async () => {
    await rollout().apply(spec('v1'));
    await rollout().apply(spec('bad'));
    expect((await rollout().apply(spec('v2'))).outcome).toBe('healthy');
  });
});

describe('scaling starts and stops containers, and leaves the others alone', () => {
  test('more are started, without a rollout', async () => {
    await rollout().apply(spec('v1', 1));
    expect(outcome(await rollout().apply(spec('v1', 3)))).toEqual(['healthy', []]);
    expect(engine.running('berth_web')).toEqual(['v1', 'v1', 'v1']);
    expect(engine.service('berth_web').tasks.length).toBe(3);
  });

  test('where there is no room for more, those that run go on: the service is never removed', async () => {
    await rollout().apply(spec('v1', 2));
    engine.behaviours.set('v1', { does: 'pending' });
    const { outcome: how } = await rollout(100).apply(spec('v1', 3));
    expect([how, engine.running('berth_web')]).toEqual(['failed', ['v1', 'v1']]);
  });
});

/** An agent that is killed at a call to Docker, before it is sent or right after it was done. Nothing that it does later reaches anything. */
async function killed(
  image: string,
  call: 'createService' | 'updateService',
  when: 'before' | 'after',
  replicas = 1,
): Promise<void> {
  let dead = false;
  const docker = new Proxy(new Docker(engine.socket), {
    get:
      (real, name: keyof Docker) =>
      async (...args: never[]): Promise<unknown> => {
        if (name === call && when === 'before') dead = true;
        // an answer that is not waited out
        if (dead) throw new DockerError(400, 'killed');
        const answer = await (real[name] as (...given: never[]) => Promise<unknown>).apply(real, args);
        if (name === call) dead = true;
        return answer;
      },
  });
  const mortal = {
    read: machine.read,
    write: (path: string, content: string, mode?: number) => !dead && machine.write(path, content, mode),
  };
  await expect(
    new Rollout({ docker, machine: mortal, file, interval: 1 }).apply(spec(image, replicas)),
  ).rejects.toThrow('killed');
}

describe('an agent that was killed goes on where it was, and judges as it would have', () => {
  const later = {
    'at once': () => undefined,
    'when it is over': () => {
      engine.service('berth_web').settle();
    },
  };

  test.each<[string, 'before' | 'after', keyof typeof later, string, string[], string[]]>([
    ['before it asked for the first one', 'before', 'at once', 'v2', ['healthy'], ['v2']],
    ['after it asked for the first one', 'after', 'at once', 'v2', ['healthy'], ['v2']],
    ['after it asked for the first one', 'after', 'when it is over', 'v2', ['healthy'], ['v2']],
    ['after it asked for the first one', 'after', 'at once', 'bad', ['failed', ...crashed], []],
    ['after it asked for the first one', 'after', 'when it is over', 'bad', ['failed', ...crashed], []],
  ])('%s, %s, back %s: %s', async (_, when, back, image, [how, ...evidence], there) => {
    await killed(image, 'createService', when);
    if (when === 'after') later[back]();
    const verdict = await rollout().apply(spec(image));
    expect([verdict.outcome, ...verdict.lines.slice(-evidence.length || Infinity)]).toEqual([how, ...evidence]);
    expect(engine.names().flatMap((name) => engine.running(name))).toEqual(there);
    expect(engine.changes.filter((change) => change.endsWith('/create'))).toHaveLength(1);
  });

  test.each<[string, 'before' | 'after', keyof typeof later, string, string[], string]>([
    ['before it asked', 'before', 'at once', 'v2', ['healthy', rollingOut], 'v2'],
    ['before it asked', 'before', 'at once', 'bad', ['rolled back', rollingOut, goingBack, ...crashed], 'v1'],
    ['after it asked', 'after', 'at once', 'v2', ['healthy'], 'v2'],
    ['after it asked', 'after', 'when it is over', 'v2', ['healthy'], 'v2'],
    ['after it asked', 'after', 'at once', 'bad', ['rolled back', goingBack, ...crashed], 'v1'],
    ['after it asked', 'after', 'when it is over', 'bad', ['rolled back', ...crashed], 'v1'],
  ])('%s for an update, %s, back %s: %s', async (_, when, back, image, expected, there) => {
    await rollout().apply(spec('v1'));
    // what an update before has left is no answer to this one
    await rollout().apply(spec('sick'));
    const posted = () => engine.changes.filter((change) => change.endsWith('/update')).length;
    const before = posted();
    await killed(image, 'updateService', when);
    later[back]();
    const verdict = await rollout().apply(spec(image));
    expect([verdict.outcome, ...verdict.lines]).toEqual(expected);
    expect([engine.running('berth_web'), posted()]).toEqual([[there], before + 1]);
    // and it is remembered as it would have been
    expect((await rollout().apply(spec(image))).outcome).toBe(image === 'bad' ? 'rolled back' : 'unchanged');
    expect(posted()).toBe(before + 1);
  });

  test('after it asked for more containers that find no room: those that run go on', async () => {
    await rollout().apply(spec('v1', 1));
    engine.behaviours.set('v1', { does: 'pending' });
    await killed('v1', 'updateService', 'after', 2);
    expect([(await rollout(100).apply(spec('v1', 2))).outcome, engine.running('berth_web')]).toEqual([
      'failed',
      ['v1'],
    ]);
  });

  test('an update that Docker refused because the service had changed meanwhile is asked for again', async () => {
    await rollout().apply(spec('v1'));
    await rollout().apply(spec('bad'));
    const docker = new Docker(engine.socket);
    docker.updateService = (service, wanted) => {
      engine.service('berth_web').index++;
      return Docker.prototype.updateService.call(docker, service, wanted);
    };
    const agent = new Rollout({ docker, machine, file, interval: 1 });
    await expect(agent.apply(spec('v2'))).rejects.toThrow('update out of sequence');
    expect(outcome(await rollout().apply(spec('v2')))).toEqual(['healthy', [rollingOut]]);
  });
});

test('an engine that is restarted in the middle of a rollout is waited for', async () => {
  await rollout().apply(spec('v1'));
  const asked = rollout().apply(spec('v2'), () => {
    engine.away = true;
    setTimeout(() => {
      engine.away = false;
    }, 20);
  });
  expect((await asked).outcome).toBe('healthy');
});

test('what containers said is in no file that others may read', async () => {
  await rollout().apply(spec('bad'));
  expect(machine.modes.get(file)).toBe(0o600);
});

test('a specification is known again by what is in it', () => {
  const of = (image: string, replicas: number) => labelled(spec(image, replicas)).Labels;
  const [one, same, more, other] = [of('v1', 1), of('v1', 1), of('v1', 2), of('v2', 1)];
  expect(one).toEqual(same);
  expect([more['berth.task'], more['berth.spec']]).toEqual([
    one['berth.task'],
    expect.not.stringMatching(one['berth.spec']!),
  ]);
  expect(other['berth.task']).not.toBe(one['berth.task']);
});
