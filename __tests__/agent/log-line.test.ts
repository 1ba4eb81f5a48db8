import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Entry, Journal } from '../../agent/logs/journal';
import { lineOf } from '../../agent/logs/line';
import type { LogLine } from '../../contract/log';
import { container, FakeJournal } from './fake-journal';

let journal: FakeJournal;
beforeEach(() => {
  journal = new FakeJournal();
});
afterEach(() => journal.remove());

async function entries(after?: string): Promise<Entry[]> {
  const all: Entry[] = [];
  for await (const entry of journal.journal.read(after)) all.push(entry);
  return all;
}

const unit = (name: string, more = {}) => ({ MESSAGE: 'x', _SYSTEMD_UNIT: name, _TRANSPORT: 'stdout', ...more });

test.each<[string, object, Partial<LogLine>]>([
  [
    'a service, without its stack',
    { MESSAGE: 'x', ...container('api') },
    { service: 'api', container: 'c0ffee000001', task: 'task1' },
  ],
  [
    'a cron service',
    { MESSAGE: 'x', CONTAINER_ID: 'c1', CONTAINER_NAME: 'berth-job-nightly-report' },
    { service: 'nightly-report', container: 'c1' },
  ],
  [
    'the unit that runs a cron service',
    unit('init.scope', { _PID: '1', UNIT: 'berth-job-nightly-report.service' }),
    { service: 'nightly-report', unit: 'berth-job-nightly-report.service' },
  ],
  [
    'any other container, by its own name',
    { MESSAGE: 'x', CONTAINER_ID: 'c1', CONTAINER_NAME: 'somebodys' },
    { service: 'somebodys', container: 'c1' },
  ],
  ['a unit', unit('redis-server.service'), { service: 'redis-server', unit: 'redis-server.service' }],
  [
    'a unit of a template, without its instance',
    unit('postgresql@17-main.service'),
    { service: 'postgresql', unit: 'postgresql@17-main.service' },
  ],
  [
    'what init says about a unit',
    unit('init.scope', { _PID: '1', UNIT: 'docker.service', SYSLOG_IDENTIFIER: 'systemd' }),
    { service: 'docker', unit: 'docker.service' },
  ],
  [
    'what anybody else says about a unit is their own',
    unit('ssh.service', { _PID: '77', UNIT: 'docker.service' }),
    { service: 'ssh', unit: 'ssh.service' },
  ],
  [
    'somebody logged in',
    unit('session-3.scope', { SYSLOG_IDENTIFIER: 'sudo' }),
    { service: 'sudo', unit: 'session-3.scope' },
  ],
  ['the kernel', { MESSAGE: 'x', _TRANSPORT: 'kernel', SYSLOG_IDENTIFIER: 'kernel' }, { service: 'kernel' }],
  ['nobody', { MESSAGE: 'x' }, { service: 'unknown' }],
])('%s: so a line is named', async (_, fields, expected) => {
  journal.write(fields as Record<string, string>);
  const [entry] = await entries();
  expect(lineOf(entry!)).toEqual({
    time: '2026-11-21T11:55:00.001000Z',
    priority: 6,
    message: 'x',
    seq: 1,
    ...expected,
  });
});

test.each<[string, unknown, string]>([
  ['text with the line ends of other alphabets', 'one\u2028two\u2029three\rfour', 'one\u2028two\u2029three\rfour'],
  [
    'bytes, as journalctl writes what cannot be printed',
    [...Buffer.from('\u001b[31mrot\u001b[0m ß')],
    '\u001b[31mrot\u001b[0m ß',
  ],
  ['a field that was given twice', ['first', 'second'], 'second'],
  ['nothing', null, ''],
  ['more than one read', 'ä'.repeat(300_000), 'ä'.repeat(300_000)],
])('a message arrives as it was printed: %s', async (_, given, expected) => {
  journal.write({ MESSAGE: given as string, PRIORITY: '3' });
  expect((await entries()).map((entry) => lineOf(entry))).toEqual([
    expect.objectContaining({ message: expected, priority: 3 }),
  ]);
});

test('reading goes on after a cursor', async () => {
  journal.print('api', 'one', 'two', 'three');
  const [, second] = await entries();
  expect((await entries(second!.cursor)).map(({ fields }) => fields.MESSAGE)).toEqual(['three']);
});

test('a journal that has no end is read for as long as somebody does, and the command ends with them', async () => {
  const pid = join(journal.folder, 'pid');
  const line = JSON.stringify({ __CURSOR: 'c', MESSAGE: 'x' });
  let count = 0;
  for await (const _ of new Journal(['sh', '-c', `echo $$ >"${pid}"; while echo '${line}'; do :; done`]).read())
    if (++count === 10_000) break;
  const alive = (): boolean => existsSync(`/proc/${readFileSync(pid, 'utf8').trim()}`);
  while (alive()) await sleep(5);
  expect(count).toBe(10_000);
});

test('a journalctl that fails, or is not there, is an error that says so', async () => {
  const read = async (...command: string[]) => {
    for await (const _ of new Journal(command).read());
  };
  await expect(read('sh', '-c', 'echo "Failed to seek to cursor" >&2; exit 1')).rejects.toThrow(
    'sh ended with 1: Failed to seek to cursor',
  );
  await expect(read('no-such-journalctl')).rejects.toThrow(
    'no-such-journalctl ended with spawn no-such-journalctl ENOENT',
  );
});
