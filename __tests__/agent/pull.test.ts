import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { digestOf, Puller } from '../../agent/pull';
import { ObjectStore } from '../../lib/object-store';
import { renderDesired } from '../../templates/desired';
import { resolved } from '../definition/an-environment';
import { Buckets } from './machine';

let buckets: Buckets;
beforeEach(async () => {
  buckets = await new Buckets().start();
});
afterEach(() => buckets.close());

const text = renderDesired(resolved());
const put = (content: string) => buckets.spaces.put('config', 'desired.yaml', content);
const puller = () => new Puller(new ObjectStore(buckets.settings), 'config', 'desired.yaml', buckets.settings.folder);

test('what Terraform wrote is what the machine reads; as long as it stays the same, nothing is sent again', async () => {
  await put(text);
  const agent = puller();
  expect(await agent.pull()).toMatchObject({
    changed: true,
    digest: digestOf(text),
    desired: { environment: 'test', domain: 'test.acme.example', services: { api: { port: 8000 } } },
  });
  expect(await agent.pull()).toMatchObject({ changed: false, digest: digestOf(text) });
  expect(buckets.requests).toEqual(['GET /config/desired.yaml 200', 'GET /config/desired.yaml 304']);
  const next = renderDesired(resolved({ services: { api: { memory: 384 } } }));
  await put(next);
  expect(await agent.pull()).toMatchObject({ changed: true, digest: digestOf(next) });
});

describe('the last good state stays in force, also after a restart, and the reason is told', () => {
  test.each<[string, () => Promise<void> | void, RegExp]>([
    [
      'when the network is gone',
      () => {
        buckets.away = true;
      },
      /^GET config\/desired\.yaml: /,
    ],
    [
      'when the object is gone',
      () => buckets.spaces.delete('config', 'desired.yaml'),
      /^config\/desired\.yaml: 404 NoSuchKey$/,
    ],
    ['when it is no YAML', () => put('services: [\n'), /Flow sequence/],
    [
      'when it is something else',
      () => put('hello\n'),
      /^a desired state of version undefined; this agent knows version 1$/,
    ],
    [
      'when it is for a newer agent',
      () => put(text.replace('version: 1', 'version: 2')),
      /^a desired state of version 2; this agent knows version 1$/,
    ],
    ['when it is null', () => put('null\n'), /^a desired state of version undefined; this agent knows version 1$/],
    [
      'when it has a field that this agent does not know',
      () => put(text.replace('version: 1', 'version: 1\nroot: yes')),
      /^the desired state is cut off, or newer than this agent: it: Unrecognized key: "root"$/,
    ],
    [
      'when a service is none',
      () => put(text.replace(/memory: \d+/, 'memory: lots')),
      /^the desired state is cut off, or newer than this agent: services\.web\.memory: /,
    ],
    [
      'when its end is missing',
      () => put(text.slice(0, text.indexOf('backups:'))),
      /^the desired state is cut off, or newer than this agent: backups: /,
    ],
    [
      'when it was cut on the way',
      async () => {
        await put(`${text}# more\n`);
        buckets.mangled = text.slice(0, 100);
      },
      /^desired\.yaml arrived damaged/,
    ],
  ])('%s', async (_, spoil, problem) => {
    await put(text);
    await puller().pull();
    await spoil();
    const restarted = puller();
    expect(await restarted.pull()).toMatchObject({
      changed: false,
      digest: digestOf(text),
      desired: { environment: 'test' },
      problem: expect.stringMatching(problem) as string,
    });
    buckets.away = false;
    buckets.mangled = undefined;
    await put(text);
    expect(await restarted.pull()).toEqual({
      changed: false,
      digest: digestOf(text),
      desired: expect.objectContaining({ environment: 'test' }) as object,
    });
  });
});

test('a machine that never got one has none, and says why', async () => {
  expect(await puller().pull()).toEqual({ changed: false, problem: 'config/desired.yaml: 404 NoSuchKey' });
});

test('an agent that was killed while it wrote goes on with the old state: the half file is never read', async () => {
  await put(text);
  await puller().pull();
  writeFileSync(join(buckets.settings.folder, 'desired.yaml.next'), 'version: 1\nprod');
  buckets.away = true;
  expect(await puller().pull()).toMatchObject({ digest: digestOf(text) });
  buckets.away = false;
  await put(`${text}# more\n`);
  await puller().pull();
  expect(readdirSync(buckets.settings.folder)).toEqual(['desired.yaml']);
});
