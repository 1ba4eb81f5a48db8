import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { runAgent } from '../../agent/agent';
import { Converger } from '../../agent/converge';
import { Docker } from '../../agent/docker';
import { type Ledger, ledgerKey, requestKey } from '../../contract/release';
import { renderDesired } from '../../templates/desired';
import { proxyOf } from '../../agent/render/proxy';
import { resolved } from '../definition/an-environment';
import { DockerEngine } from './docker-engine';
import { FakeHost } from './fake-host';
import { Buckets } from './machine';
import { revisionId } from './revision-id';

const image = (digit: string): string => `ghcr.io/acme/api@sha256:${digit.repeat(64)}`;
const filesIn = (folder: string): string[] =>
  existsSync(folder)
    ? readdirSync(folder).flatMap((name) =>
        statSync(join(folder, name)).isDirectory() ? filesIn(join(folder, name)) : [join(folder, name)],
      )
    : [];

test('whatever a service says about its secrets, no log, report or ledger ever has one', async () => {
  const buckets = await new Buckets().start();
  const engine = await new DockerEngine().start();
  const stop = new AbortController();
  const said: string[] = [];
  const machine = new FakeHost();
  const places = buckets.places();
  machine.write(places.mounts, `/dev/sda ${places.volume} ext4 rw 0 0\n`);
  machine.answer = (line) => {
    if (line === 'age-keygen') return { stdout: '# public key: age1machine\nAGE-SECRET-KEY-1CANARY\n' };
    return line.startsWith('age --decrypt')
      ? { stdout: '-----BEGIN KEY-----\ncanary-in-a-line\n-----END KEY-----\n' }
      : {};
  };
  for (const each of [proxyOf({}).image, image('a'), image('b')]) engine.registry.set(each, {});
  await buckets.spaces.put('config', 'desired.yaml', `${renderDesired(resolved())}secrets:\n  SMTP_URL: sealed\n`);
  const docker = new Docker(engine.socket);
  const running = runAgent(
    {
      settings: buckets.settings,
      digest: 'agent',
      desiredKey: 'desired.yaml',
      places,
      machine,
      log: (line) => said.push(line),
      converger: new Converger({
        machine,
        docker,
        places,
        folder: '/var/lib/berth',
        log: (line) => said.push(line),
        watch: { interval: 1, settle: 0, timeout: 20_000 },
      }),
      intervals: { pull: 5, report: 5, converge: 20, retry: 20 },
    },
    stop.signal,
  );
  try {
    const ended = async (id: string, digit: string): Promise<string> => {
      await buckets.spaces.put(
        'exchange',
        requestKey('api', revisionId(id)),
        JSON.stringify({ image: image(digit), by: 'ada' }),
      );
      for (;;) {
        const object = await buckets.spaces.get('exchange', ledgerKey);
        const found =
          object &&
          (JSON.parse(object.bytes.toString()) as Ledger).services.api?.revisions.find(
            (revision) => revision.id === revisionId(id),
          );
        if (found && found.state !== 'rolling out') return found.state;
        await sleep(5);
      }
    };
    expect(await ended('1', 'a')).toBe('healthy');
    const env = engine.service('berth_api').spec.TaskTemplate.ContainerSpec.Env!;
    const passwords = env.flatMap((line) => /:([\w-]{32})@/.exec(line)?.[1] ?? []);
    expect(passwords).toHaveLength(2);
    engine.behaviours.set(image('b'), {
      does: 'sick',
      log: ['canary-in-a-line', ...passwords.map((password) => `refused: password=${password}`), ...env],
      health: `wget: ${env.join(' ')}`,
    });
    expect(await ended('2', 'b')).toBe('rolled back');
    // as Docker itself quotes what it cannot take
    engine.refusing = ({
      TaskTemplate: {
        ContainerSpec: { Env = [] },
      },
    }) =>
      `rpc error: code = InvalidArgument desc = expanding env failed: ${Env.map((line) => JSON.stringify(line)).join(' ')}`;
    engine.registry.set(image('c'), {});
    expect(await ended('3', 'c')).toBe('failed');
    engine.refusing = undefined;
    // and what converging says of it afterwards
    const reports = (): number =>
      buckets.requests.filter((request) => request.startsWith('PUT /exchange/machine/report.json')).length;
    for (const before = reports(); reports() < before + 5;) await sleep(5);

    const published = await Promise.all(
      buckets.spaces.keys('exchange').map(async (key) => (await buckets.spaces.get('exchange', key))!.bytes.toString()),
    );
    const kept = filesIn(buckets.settings.folder).map((file) => readFileSync(file, 'utf8'));
    const texts = [
      ...published,
      ...kept,
      machine.read(join(buckets.settings.folder, 'releases.json')) ?? '',
      ...said,
      ...machine.ran,
    ];
    // the evidence is there, so that nothing was hidden by saying nothing
    expect(texts.join('\n')).toContain('refused: password=***');
    expect(texts.join('\n')).toContain('expanding env failed: ');
    for (const word of ['canary-in-a-line', 'AGE-SECRET-KEY', ...passwords])
      expect(texts.filter((text) => text.includes(word))).toEqual([]);
  } finally {
    stop.abort();
    await running;
    await engine.close();
    await buckets.close();
  }
});
