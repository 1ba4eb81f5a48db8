import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import type { Service } from '../../definition/service';
import { jobUnits } from '../../agent/render/job-unit';
import { shellText } from '../../lib/text/shell';
import { serviceSpec } from '../../agent/render/service-spec';
import { renderCompose } from '../../templates/local/compose';
import { dotenvText } from '../../lib/text/dotenv';
import { go, whyNoGo } from '../../simulator/registry/go-program';
import { arbitraryText } from '../arbitrary-text';

const folder = mkdtempSync(join(tmpdir(), 'readers-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const texts = fc.sample(arbitraryText(), { numRuns: 2000, seed: 9 });
const variables = Object.fromEntries(texts.map((text, index) => [`V${index}`, text]));
const service = {
  kind: 'worker',
  image: 'ghcr.io/acme/jobs',
  replicas: 1,
  memory: 64,
  cpu: 100,
  stopGrace: 5,
  command: texts.filter((text) => text !== ''),
  variables,
} as const;
const facts = { gateway: '172.18.0.1', cpuLimits: true, network: 'services-id' };

/** A text on one line, so that a difference can be seen. */
const ascii = (text: unknown): string =>
  (JSON.stringify(text) ?? 'nothing').replace(
    /[\u007f-\uffff]/g,
    (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
const changed = (arrived: (index: number) => unknown): string[] =>
  texts.flatMap((text, index) =>
    arrived(index) === text ? [] : [`${ascii(text)} arrived as ${ascii(arrived(index))}`],
  );

interface Read {
  readonly swarm: readonly string[];
  readonly command: Readonly<Record<string, readonly string[]>>;
  readonly environment: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly dotenv: Readonly<Record<string, string>>;
}

// its modules want a newer Go than the stand-in images do
const why =
  whyNoGo() ??
  (/go1\.(2[3-9]|[3-9]\d)/.test(
    spawnSync('go', ['env', 'GOVERSION'], {
      encoding: 'utf8',
      env: { ...process.env, PATH: `${process.env.PATH}:/usr/local/go/bin` },
    }).stdout ?? '',
  )
    ? undefined
    : 'needs Go 1.23');

(why === undefined ? describe : describe.skip)(
  `whatever a text is, the reader at the other end finds it as it was${why === undefined ? '' : ` (${why})`}`,
  () => {
    let read: Read;
    beforeAll(async () => {
      await go(['build', '-o', join(folder, 'readers'), '.'], join(__dirname, 'readers'));
      const spec = serviceSpec('jobs', service, 'image', {}, facts);
      const compose = renderCompose({
        product: 'shop',
        datastores: [],
        services: [{ ...service, name: 'jobs', streaming: false, secrets: [], needs: [], capabilities: [] } as Service],
      });
      const given = {
        swarm: spec.TaskTemplate.ContainerSpec.Env!.map((line) => line.slice(line.indexOf('=') + 1)),
        compose,
        dotenv: texts.map((text, index) => `V${index}=${dotenvText(text)}\n`).join(''),
      };
      read = JSON.parse(
        execFileSync(join(folder, 'readers'), { input: JSON.stringify(given), encoding: 'utf8', maxBuffer: 2 ** 26 }),
      ) as Read;
      // the first time of all, Go fetches and compiles what Docker Compose reads its file with
    }, 300_000);

    test("in an environment variable of a swarm's service", () =>
      expect(changed((index) => read.swarm[index])).toEqual([]));
    test('in compose.yaml', () => {
      expect(changed((index) => read.environment.jobs![`V${index}`])).toEqual([]);
      expect(read.command.jobs).toEqual(service.command);
    });
    test('in a .env file', () => expect(changed((index) => read.dotenv[`V${index}`])).toEqual([]));
  },
);

describe('a shell', () => {
  test('finds every word as it was', () => {
    writeFileSync(join(folder, 'words.sh'), `printf '%s\\0' ${texts.map(shellText).join(' ')}\n`);
    const words = execFileSync('sh', [join(folder, 'words.sh')], { encoding: 'utf8', maxBuffer: 2 ** 26 }).split('\0');
    expect(changed((index) => words[index])).toEqual([]);
  });

  test('starts a job with its variables and its command as they were', () => {
    const files = { script: join(folder, 'job.sh'), environment: join(folder, 'job.env') };
    const job = {
      ...service,
      kind: 'cron',
      schedule: '0 3 * * *',
      variables: Object.fromEntries(Object.entries(variables).slice(0, 500)),
      command: service.command.slice(0, 500),
    } as const;
    const { script, environment, service: unit } = jobUnits('nightly', job, 'image', {}, facts, files);
    // what Docker would be started with, and would find
    writeFileSync(
      files.script,
      script.replace(
        'exec /usr/bin/docker',
        `exec ${process.execPath} -e 'process.stdout.write(JSON.stringify({ args: process.argv.slice(1), env: process.env }))' --`,
      ),
    );
    const { args, env } = JSON.parse(
      execFileSync('sh', [files.script], { encoding: 'utf8', env: {}, maxBuffer: 2 ** 26 }),
    ) as { args: string[]; env: Record<string, string> };
    expect(args.slice(args.indexOf('image') + 1)).toEqual(job.command);
    const named = args.flatMap((word, index) => (word === '--env' ? [args[index + 1]!] : []));
    // docker/cli, pkg/kvfile: a line is taken as it is, up to its end
    const lines = Object.fromEntries(
      environment
        .split('\n')
        .filter(Boolean)
        .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
    );
    expect({ ...lines, ...Object.fromEntries(named.map((name) => [name, env[name]])) }).toEqual(job.variables);
    expect(unit.replaceAll(folder, '')).not.toMatch(/V\d|worker/);
  });
});
