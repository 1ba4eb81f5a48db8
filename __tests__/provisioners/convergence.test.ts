import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { waitForConvergence } from '../../provisioners/convergence';
import { attemptKey } from '../../contract/attempt';
import { type ConvergeReport, reportKey } from '../../contract/report';
import { ObjectStore } from '../../lib/object-store';
import { awaitBundle } from '../../templates/agent-bundle';
import { Buckets } from '../agent/machine';

let buckets: Buckets;
let said: string[];
let ended: boolean;
beforeEach(async () => {
  buckets = await new Buckets().start();
  said = [];
  ended = false;
});
afterEach(async () => {
  ended = true;
  await buckets.close();
});

const wait = (timeout = 60): Promise<void> =>
  waitForConvergence({
    spaces: new ObjectStore(buckets.owner),
    bucket: 'exchange',
    config: 'config',
    digest: 'wanted',
    timeout,
    say: (line) => said.push(line),
    interval: 2,
  });

const report = (converge?: Partial<ConvergeReport>, at = '2026-11-21T12:00:00Z') =>
  buckets.spaces.put(
    'exchange',
    reportKey,
    JSON.stringify({
      version: 1,
      at,
      converge: converge && { digest: 'wanted', state: 'converged', problems: [], at, seconds: 3, ...converge },
    }),
  );

/** The id of the deploy that waits. */
async function asked(): Promise<string> {
  for (;;) {
    const object = await buckets.spaces.get('config', attemptKey);
    if (object) return (JSON.parse(object.bytes.toString()) as { id: string }).id;
    await sleep(2);
  }
}

async function heard(line: RegExp): Promise<void> {
  while (!ended && !said.some((each) => line.test(each))) await sleep(2);
}

test('a machine that converges ends the wait, and what it is at is said once', async () => {
  const waiting = wait();
  const attempt = await asked();
  await heard(/^no report yet/);
  await report();
  await heard(/has not seen this deploy yet/);
  await report({ attempt, state: 'converging' });
  await heard(/the machine converges/);
  await report({ attempt });
  await waiting;
  expect(said).toEqual([
    'no report yet: the machine boots',
    'the machine, last heard of 2026-11-21T12:00:00Z, has not seen this deploy yet',
    'the machine converges',
    'the machine has converged, in 3 s',
  ]);
});

test('one that could not is told with all that it says', async () => {
  const waiting = wait();
  await report({
    attempt: await asked(),
    state: 'failed',
    problems: ['postgres: is not up', 'api: rolled back', 'api: log: FATAL'],
  });
  await expect(waiting).rejects.toThrow(
    'the machine failed to converge:\n  postgres: is not up\n  api: rolled back\n  api: log: FATAL\nWhat worked is in force. Deploy again to try again.',
  );
});

test("what a container said of it is text in Terraform's output", async () => {
  const attack = '\u001b]8;;https://evil.example\u0007click\u001b]8;;\u0007 \u001b[2J\u009b1A\u202ekcab\r✓ all is well';
  const folder = join(buckets.folder, 'stack');
  mkdirSync(folder);
  writeFileSync(
    join(folder, 'cdk.tf.json'),
    JSON.stringify({ resource: { digitalocean_spaces_bucket: { 'buckets-config': { name: 'config' } } } }),
  );
  const child = spawn(process.execPath, [awaitBundle().path], {
    cwd: folder,
    env: {
      BUCKET: 'exchange',
      DIGEST: 'wanted',
      PATIENCE: '60',
      AWS_ENDPOINT_URL_S3: buckets.endpoint,
      SPACES_ACCESS_KEY_ID: 'OWNER',
      SPACES_SECRET_ACCESS_KEY: 'secret',
    },
  });
  const said = Promise.all([text(child.stdout), text(child.stderr)]);
  await report({ attempt: await asked(), state: 'failed', problems: [`api: log: ${attack}`] });
  const output = (await said).join('');
  expect(output.replace(/[\n\x20-\x7e✓]/g, '')).toBe('');
  expect(output).toContain('\n  api: log: click \\u202ekcab\n✓ all is well\n');
});

test.each<[string, Partial<ConvergeReport>]>([
  ['to an earlier deploy', { attempt: 'earlier' }],
  ['that failed, to an earlier deploy', { attempt: 'earlier', state: 'failed', problems: ['old'] }],
  ['that is no answer to any', {}],
])('an answer %s is not taken for one to this', async (_, converge) => {
  await report(converge);
  const waiting = wait();
  await heard(/has not seen this deploy yet/);
  await report({ attempt: await asked() });
  await waiting;
});

test('an answer about what was desired before is not taken for one about this', async () => {
  const waiting = wait();
  const attempt = await asked();
  await report({ attempt, digest: 'before' });
  await heard(/has not seen this deploy yet/);
  await report({ attempt });
  await waiting;
});

test('a machine that goes on reporting without an answer is not news each time', async () => {
  const waiting = wait();
  const attempt = await asked();
  for (const minute of [1, 2, 3]) {
    await report(undefined, `2026-11-21T12:0${minute}:00Z`);
    const before = buckets.requests.length;
    while (buckets.requests.length < before + 5) await sleep(2);
  }
  await report({ attempt });
  await waiting;
  expect(said.filter((line) => line.includes('has not seen this deploy yet'))).toHaveLength(1);
});

test('a bucket that is away for a while is waited for', async () => {
  const waiting = wait();
  const attempt = await asked();
  await heard(/^no report yet/);
  buckets.away = true;
  await heard(/^the bucket cannot be read: GET exchange\/machine\/report\.json: /);
  buckets.away = false;
  await report({ attempt });
  await waiting;
});

test('patience ends, with what was seen last and what to do', async () => {
  await expect(wait(0.05)).rejects.toThrow(
    /^the machine has not converged within 0\.05 s \(no report yet: the machine boots\)\. It goes on trying: `npx berth status` and `npx berth logs` tell more; deploy again to wait again\.$/,
  );
});
