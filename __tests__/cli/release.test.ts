import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  type Ledger,
  ledgerKey,
  newRevision,
  type ReleaseRequest,
  requestKey,
  type Revision,
} from '../../contract/release';
import { chooseTarget } from '../../cli/release';
import { type Cloud, startCloud } from '../../scenario/cloud';
import { withoutCredentials } from '../../simulator/credentials';
import { type Finished, run } from '../../simulator/process';
import { Project, root } from './project';

const exchange = 'asset-archive-staging-exchange';
const repository = 'ghcr.io/acme/asset-archive-web';
const image = (digit: string): string => `${repository}@sha256:${digit.repeat(64)}`;

let project: Project;
let cloud: Cloud;
let ended: boolean;
beforeAll(async () => {
  project = new Project();
  cloud = await startCloud();
  cloud.spaces.createBucket(exchange, 'fra1');
});
beforeEach(() => {
  ended = false;
  cloud.spaces.keys(exchange).forEach((key) => cloud.spaces.delete(exchange, key));
});
afterEach(() => {
  ended = true;
});
afterAll(async () => {
  await cloud.close();
  project.remove();
});

const berth = (args: readonly string[], onLine?: (line: string) => void, env = cloud.env()): Promise<Finished> =>
  run(process.execPath, [join(root, 'bin/berth.js'), ...args], {
    cwd: project.folder,
    env: { ...withoutCredentials(process.env), GITHUB_ACTOR: 'ada', ...env },
    onLine,
  });

const put = (services: Ledger['services'], spaces = cloud.spaces) =>
  spaces.put(exchange, ledgerKey, JSON.stringify({ version: 1, services }));
const revision = (
  id: string,
  state: Revision['state'],
  digit = id.at(-1)!,
  more: Partial<Revision> = {},
): Revision => ({
  id,
  state,
  service: 'web',
  image: image(digit),
  by: 'grace',
  startedAt: '2026-11-21T12:00:00Z',
  endedAt: '2026-11-21T12:00:09Z',
  lines: [],
  ...more,
});
const history = [
  revision('1', 'healthy'),
  revision('2', 'healthy'),
  revision('3', 'rolled back'),
  revision('4', 'healthy'),
];

/** The other side: answers the first wish with one state after the other, as the machine's agent does. */
async function machine(
  states: readonly Partial<Revision>[],
  { before = [], spaces = cloud.spaces }: { before?: readonly Revision[]; spaces?: Cloud['spaces'] } = {},
): Promise<ReleaseRequest | undefined> {
  while (!ended) {
    const key = spaces.keys(exchange).find((each) => each.startsWith('releases/'));
    if (key === undefined) {
      await sleep(5);
      continue;
    }
    const wish = JSON.parse((await spaces.get(exchange, key))!.bytes.toString()) as ReleaseRequest;
    const id = key.slice(key.lastIndexOf('/') + 1, -'.json'.length);
    for (const state of states)
      await put(
        {
          [wish.service]: {
            running: '4',
            revisions: [...before, { ...revision(id, 'rolling out'), ...wish, ...state }],
          },
        },
        spaces,
      );
    return wish;
  }
  return undefined;
}

/** Without what depends on when the machine looked, and on the moment. */
const tidy = (output: string): string =>
  output.replace(/^ {2}waits for .*\n/gm, '').replace(/\d{8}T\d{9}Z-[0-9a-f]{4}/g, 'REVISION');

describe('a release', () => {
  test('is followed until it is healthy', async () => {
    const [{ code, output }, wish] = await Promise.all([
      berth(['release', 'staging', 'web', image('a')]),
      machine([{ lines: ['rolling out'] }, { state: 'healthy', lines: ['rolling out', 'fine'] }]),
    ]);
    expect([code, tidy(output)]).toEqual([
      0,
      'web REVISION sha256:aaaaaaaaaaaa…\n  rolling out\n  fine\n✓ healthy after 9 s\n',
    ]);
    expect(wish).toEqual({ service: 'web', image: image('a'), by: 'ada' });
  });

  test.each(['rolled back', 'failed', 'refused'] as const)(
    'that was %s ends with 1, and with what the machine says',
    async (state) => {
      const [{ code, output }] = await Promise.all([
        berth(['release', 'staging', 'web', image('b')]),
        machine([{ state, lines: ['did not become healthy: going back', 'log: FATAL'] }]),
      ]);
      expect([code, tidy(output)]).toEqual([
        1,
        `web REVISION sha256:bbbbbbbbbbbb…\n  did not become healthy: going back\n  log: FATAL\n✗ ${state} after 9 s\n`,
      ]);
    },
  );

  test('shows what a container has said as text, and so does the list of revisions', async () => {
    const attack =
      '\u001b]8;;https://evil.example\u0007click\u001b]8;;\u0007 \u001b[2J\u009b1A\u202ekcab\r✓ all is well';
    const [{ code, output }] = await Promise.all([
      berth(['release', 'staging', 'web', image('b')]),
      machine([{ state: 'rolled back', lines: [`log: ${attack}`] }]),
    ]);
    expect([code, tidy(output).replace(/^.*\n/, '')]).toEqual([
      1,
      '  log: click \\u202ekcab\\n✓ all is well\n✗ rolled back after 9 s\n',
    ]);
    await put({ web: { running: '4', revisions: [revision('4', 'healthy', 'a', { by: attack })] } });
    for (const args of [[], ['--json']])
      expect((await berth(['release', 'staging', 'web', ...args])).output.replace(/[\n\x20-\x7e✗✓●]/g, '')).toBe('');
  });

  test('machine-readable output (JSON) is the revision alone', async () => {
    const [{ code, stdout }] = await Promise.all([
      berth(['release', 'staging', 'web', image('b'), '--json']),
      machine([{ state: 'rolled back', lines: ['log: FATAL'] }]),
    ]);
    expect([code, JSON.parse(stdout)]).toEqual([
      1,
      expect.objectContaining({
        service: 'web',
        image: image('b'),
        state: 'rolled back',
        lines: ['log: FATAL'],
        by: 'ada',
      }),
    ]);
  });

  test('that nobody waits for leaves its wish, and ends with 0', async () => {
    const { code, stdout } = await berth(['release', 'staging', 'web', image('c'), '--no-wait', '--json']);
    const said = JSON.parse(stdout) as { id: string };
    expect([code, said]).toEqual([0, { id: said.id, service: 'web', image: image('c'), state: 'queued' }]);
    expect(cloud.spaces.keys(exchange)).toEqual([requestKey('web', said.id)]);
    const plain = await berth(['release', 'staging', 'web', image('c'), '--no-wait']);
    expect([plain.code, tidy(plain.output)]).toEqual([0, 'web REVISION sha256:cccccccccccc…\n']);
  });

  test('behind another one says so, once', async () => {
    await put({ web: { running: '4', revisions: [...history, revision('5', 'rolling out')] } });
    let answered: Promise<unknown> | undefined;
    const { code, output } = await berth(['release', 'staging', 'web', image('d')], (line) => {
      if (line === '  waits for 5') answered ??= machine([{ state: 'healthy' }], { before: history });
    });
    await answered;
    expect([code, output.match(/waits for 5/g)]).toEqual([0, ['waits for 5']]);
  });

  test('goes on being followed when the bucket is away for a while', async () => {
    const unsteady = await startCloud({
      faults: [{ service: 'spaces', method: 'GET', path: 'machine/releases\\.json', nth: 1, times: 1, status: 503 }],
    });
    try {
      unsteady.spaces.createBucket(exchange, 'fra1');
      const [{ code, output }] = await Promise.all([
        berth(['release', 'staging', 'web', image('e')], undefined, unsteady.env()),
        machine([{ state: 'healthy', lines: ['fine'] }], { spaces: unsteady.spaces }),
      ]);
      expect([code, tidy(output)]).toEqual([
        0,
        `web REVISION sha256:eeeeeeeeeeee…\n  ${exchange}/machine/releases.json: 503: may this key read the bucket?\n  fine\n✓ healthy after 9 s\n`,
      ]);
    } finally {
      await unsteady.close();
    }
  });

  test.each<[string, string[], string]>([
    [
      'an unknown environment',
      ['stagin', 'web', image('a')],
      'there is no environment "stagin"; there are: production, staging; did you mean "staging"?',
    ],
    [
      'an unknown service',
      ['staging', 'wbe', image('a')],
      'staging has no service "wbe"; it has: web, api, worker, cms, report; did you mean "web"?',
    ],
    [
      'a tag',
      ['staging', 'web', `${repository}:latest`],
      `web: "${repository}:latest" must be pinned by digest: ${repository}@sha256:… (64 hexadecimal digits), so that what runs is what was built`,
    ],
    [
      'a digest that is cut',
      ['staging', 'web', `${repository}@sha256:abc`],
      `web: "${repository}@sha256:abc" must be pinned by digest: ${repository}@sha256:… (64 hexadecimal digits), so that what runs is what was built`,
    ],
    [
      'another repository',
      ['staging', 'web', image('a').replace('acme', 'mallory')],
      `web: images come from ${repository} only, as the environment's file declares; this one is from ghcr.io/mallory/asset-archive-web`,
    ],
  ])('of %s is refused, and nothing is asked for', async (_, args, message) => {
    const { code, output } = await berth(['release', ...args]);
    expect([code, output, cloud.spaces.keys(exchange)]).toEqual([1, `${message}\n`, []]);
  });
});

describe('a rollback', () => {
  test('leads to the healthy revision before the one that runs', async () => {
    await put({ web: { running: '4', revisions: history } });
    const [{ code, output }, wish] = await Promise.all([
      berth(['rollback', 'staging', 'web']),
      machine([{ state: 'healthy' }], { before: history }),
    ]);
    expect([code, tidy(output)]).toEqual([
      0,
      'web REVISION back to 2, sha256:222222222222…\n✓ healthy after 9 s\n'.replace('222222222222', '2'.repeat(12)),
    ]);
    expect(wish).toEqual({ service: 'web', image: image('2'), rollbackTo: '2', by: 'ada' });
  });

  test('to a revision that is named', async () => {
    await put({ web: { running: '4', revisions: history } });
    const { code, stdout } = await berth(['rollback', 'staging', 'web', '--to', '1', '--no-wait', '--json']);
    expect([code, JSON.parse(stdout)]).toEqual([0, expect.objectContaining({ image: image('1'), rollbackTo: '1' })]);
  });

  test('that leads nowhere says what there is, and asks for nothing', async () => {
    const { code, output } = await berth(['rollback', 'staging', 'web']);
    expect([code, output, cloud.spaces.keys(exchange)]).toEqual([
      1,
      'web has no healthy revision before the one that runs, and none runs: healthy ones are: none\n',
      [],
    ]);
  });
});

describe('where a rollback leads', () => {
  const back = (id: string, to: string): Revision => revision(id, 'healthy', to, { rollbackTo: to });
  test.each<[string, readonly Revision[], string, string | undefined, string]>([
    ['to the one before', history.slice(0, 2), '2', undefined, '1'],
    ['past those that did not work', history, '4', undefined, '2'],
    [
      'past the same image',
      [revision('1', 'healthy'), revision('2', 'healthy', 'f'), revision('3', 'healthy', 'f')],
      '3',
      undefined,
      '1',
    ],
    ['further, when it is done twice', [...history, back('5', '2')], '5', undefined, '1'],
    [
      'to what ran before a release, when that was a rollback itself',
      [...history, back('5', '1'), revision('6', 'healthy')],
      '6',
      undefined,
      '1',
    ],
    ['to one that is named, also forward', [...history, back('5', '2')], '5', '4', '4'],
  ])('%s', (_, revisions, running, to, expected) => {
    expect(chooseTarget('web', revisions, running, to).id).toBe(expected);
  });

  test.each<[string, readonly Revision[], string | undefined, string | undefined, string]>([
    [
      'nothing runs',
      [],
      undefined,
      undefined,
      'web has no healthy revision before the one that runs, and none runs: healthy ones are: none',
    ],
    [
      'the first one runs',
      [revision('1', 'healthy')],
      '1',
      undefined,
      'web has no healthy revision before the one that runs: healthy ones are: 1',
    ],
    [
      'it was gone back to the first one',
      [...history, back('5', '1')],
      '5',
      undefined,
      'web has no healthy revision before the one that runs: healthy ones are: 5, 4, 2, 1',
    ],
    [
      'the named one did not work',
      history,
      '4',
      '3',
      'revision 3 of web was rolled back: roll back to a healthy one: 4, 2, 1',
    ],
    [
      'the named one is not there',
      [revision('20261121T1-aaaa', 'healthy')],
      '20261121T1-aaaa',
      '20261121T1-aaab',
      'web has no revision "20261121T1-aaab"; did you mean "20261121T1-aaaa"?; healthy ones are: 20261121T1-aaaa',
    ],
  ])('%s: nowhere, and it says why', (_, revisions, running, to, message) => {
    expect(() => chooseTarget('web', revisions, running, to)).toThrow(new Error(message));
  });
});

describe('without an image, revisions are listed', () => {
  test('of every service the last three, with the one that runs', async () => {
    await put({
      web: { running: '4', revisions: [...history, revision('5', 'failed', 'a', { by: undefined, rollbackTo: '2' })] },
      api: { running: '7', revisions: [revision('7', 'healthy', 'b', { service: 'api' })] },
    });
    const { code, stdout } = await berth(['release', 'staging']);
    expect([
      code,
      stdout
        .split('\n')
        .map((line) => line.trim().split(/\s+/).join(' '))
        .filter(Boolean),
    ]).toEqual([
      0,
      [
        'service revision state digest by',
        'web 5 failed aaaaaaaaaaaa (back to 2)',
        '● web 4 healthy 444444444444 grace',
        'web 3 rolled back 333333333333 grace',
        '● api 7 healthy bbbbbbbbbbbb grace',
      ],
    ]);
  });

  test('of one service all, and machine-readable output (JSON)', async () => {
    await put({ web: { running: '4', revisions: history } });
    expect((await berth(['release', 'staging', 'web'])).stdout.trim().split('\n')).toHaveLength(5);
    const { stdout } = await berth(['release', 'staging', 'web', '--json']);
    expect(JSON.parse(stdout)).toEqual({ web: { running: '4', revisions: history } });
  });

  test('before the first one, with how to ask for it', async () => {
    expect(await berth(['release', 'staging', 'web'])).toMatchObject({
      code: 0,
      output: `staging has no release yet: npx berth release staging web ${repository}@sha256:…\n`,
    });
  });
});

test('revisions sort by when they were asked for, and two of one millisecond differ', () => {
  expect(newRevision(new Date('2026-11-21T12:28:53.123Z'), '4f2a')).toBe('20261121T122853123Z-4f2a');
});
