import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Call, type Fault, recording } from '../../simulator/faults';
import { cloudWithState, Deployment, everything } from './deployed';

/** Long enough to outlast every retry of the providers: what a person sees when a vendor is really away. */
const persistent = 12;

const ways: [string, Partial<Fault>][] = [
  ['answers 500', { status: 500 }],
  ['answers 429', { status: 429 }],
  ['cuts the connection before the cloud acted', { cut: 'before' }],
];

/** Every kind of call once: the same call on another id is the same kind. */
const pattern = (path: string): string =>
  `^${path
    .replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
    .replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, '[0-9a-f-]{36}')
    .replace(/DO00\w+/g, 'DO00\\w+')
    .replace(/\d+\\\.\d+\\\.\d+\\\.\d+/g, '[0-9.]+')
    .replace(/(?<=\/)\d{2,}/g, '\\d+')
    .replace(/(users|dbs|pools|variables|secrets)\/(?!public-key)[\w-]+$/g, '$1/[^/]+')}$`;

interface Kind {
  readonly service: Call['service'];
  readonly method: string;
  readonly path: string;
}

const title = ({ service, method, path }: Kind): string => `${service} ${method} ${path}`;

async function callsOfADeploy(): Promise<Kind[]> {
  const calls: Call[] = [];
  const cloud = await cloudWithState({ around: (service) => recording(service, calls) });
  const deployment = new Deployment();
  try {
    deployment.synth(everything());
    await deployment.apply(cloud);
  } finally {
    await cloud.close();
    deployment.remove();
  }
  const kinds = new Map(
    calls.map(({ service, method, path }) => {
      const kind = { service, method, path: pattern(path) };
      return [title(kind), kind] as const;
    }),
  );
  return [...kinds.values()].sort((a, b) => (title(a) < title(b) ? -1 : 1));
}

/** Deploys that failed, as they should when a vendor stays away: shows that the faults bite. */
let felt = 0;

/** Deploys while one kind of call goes wrong, then again without; returns what was not as it should be. */
async function deployThrough(kind: Kind, way: Partial<Fault>): Promise<string[]> {
  const folder = mkdtempSync(join(tmpdir(), 'every-call-'));
  const deployment = new Deployment();
  const complaints: string[] = [];
  // the state is written by Terraform itself, which keeps a copy on disk when it cannot: one failure is what its own retries are for
  const times = kind.path.includes('/shop-state/') ? 1 : persistent;
  try {
    deployment.synth(everything());
    const broken = await cloudWithState({ folder, faults: [{ ...kind, ...way, nth: 1, times } as Fault] });
    const init = await deployment.terraform(broken, ['init', '-no-color']);
    const { code, output } =
      init.code === 0 ? await deployment.terraform(broken, ['apply', '-auto-approve', '-no-color']) : init;
    await broken.close();
    if (code !== 0) felt += 1;
    if (
      code !== 0 &&
      init.code === 0 &&
      !/with (data\.)?(digitalocean|github)_\w+\.[\w-]+|with provider\[|state/.test(output)
    ) {
      complaints.push(`the message names no resource:\n${output.slice(-1500)}`);
    }
    const sound = await cloudWithState({ folder });
    await deployment.succeed(sound, ['init', '-no-color']);
    const next = await deployment.terraform(sound, ['apply', '-auto-approve', '-no-color']);
    if (next.code !== 0) complaints.push(`the next deploy failed:\n${next.output.slice(-1500)}`);
    else if ((await deployment.pending(sound)) !== '')
      complaints.push(`the next deploy did not converge:\n${(await deployment.pending(sound)).slice(-1500)}`);
    await sound.close();
  } finally {
    deployment.remove();
    rmSync(folder, { recursive: true, force: true });
  }
  return complaints.map((complaint) => `${title(kind)} ${JSON.stringify(way)}: ${complaint}`);
}

async function inTurn<T>(items: readonly T[], at: number, work: (item: T) => Promise<string[]>): Promise<string[]> {
  const queue = [...items];
  const results = await Promise.all(
    Array.from({ length: at }, async () => {
      const found: string[] = [];
      for (let next = queue.shift(); next !== undefined; next = queue.shift()) found.push(...(await work(next)));
      return found;
    }),
  );
  return results.flat();
}

let kinds: Kind[];
beforeAll(async () => {
  kinds = await callsOfADeploy();
});

test('a deploy makes the calls that this walks through', () => {
  expect(kinds.length).toBeGreaterThan(60);
  expect(new Set(kinds.map(({ service }) => service))).toEqual(new Set(['digitalocean', 'github', 'spaces']));
});

// BERTH_FAULTS=all lets each call go wrong in each way, which takes six minutes; else every twelfth call goes wrong, the ways in turn
const rounds: [string, (index: number) => Partial<Fault> | undefined][] =
  process.env.BERTH_FAULTS === 'all'
    ? ways.map(([what, way]) => [what, () => way])
    : [['goes wrong', (index) => (index % 12 === 0 ? ways[(index / 12) % ways.length]![1] : undefined)]];

test.each(rounds)(
  'whichever call of a deploy %s, the message names the resource and the next deploy converges',
  async (_, wayOf) => {
    felt = 0;
    const walked = kinds.flatMap((kind, index) => {
      const way = wayOf(index);
      return way === undefined ? [] : [{ kind, way }];
    });
    expect(await inTurn(walked, 3, ({ kind, way }) => deployThrough(kind, way))).toEqual([]);
    expect(felt).toBeGreaterThan(walked.length / 2);
  },
  1_800_000,
);
