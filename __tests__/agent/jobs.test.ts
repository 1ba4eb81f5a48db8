import { convergeJobs, jobReport, timers } from '../../agent/steps/jobs';
import type { JobUnits } from '../../agent/render/job-unit';
import { FakeHost } from './fake-host';

let machine: FakeHost;
let active: Set<string>;
beforeEach(() => {
  machine = new FakeHost();
  active = new Set();
  machine.answer = (line) => {
    const [, verb, ...rest] = line.split(' ');
    const unit = rest.at(-1)!;
    if (verb === 'is-active') return { code: active.has(unit) ? 0 : 3 };
    if (verb === 'enable') active.add(unit);
    if (verb === 'disable') active.delete(unit);
    return {};
  };
});

const job = (name: string, hour = '03'): JobUnits => ({
  name: `berth-job-${name}`,
  timer: `OnCalendar=*-*-* ${hour}:00:00 UTC\n`,
  service: 'ExecStart=x\n',
  script: "export KEY='canary'\n",
  environment: 'URL=canary\n',
});
const folder = '/var/lib/berth';
async function converge(jobs: Record<string, JobUnits>, untouched: string[] = []): Promise<string[]> {
  machine.ran.length = 0;
  await convergeJobs(machine, folder, jobs, untouched);
  return machine.ran.filter((line) => !line.includes('is-active')).map((line) => line.replace('systemctl ', ''));
}

test('a new job gets its timer, and is left alone from then on', async () => {
  expect(await converge({ nightly: job('nightly') })).toEqual([
    'daemon-reload',
    'enable --now berth-job-nightly.timer',
  ]);
  expect(await converge({ nightly: job('nightly') })).toEqual([]);
  expect(timers(machine)).toEqual(['nightly']);
});

test('another schedule is taken up', async () => {
  await converge({ nightly: job('nightly') });
  expect(await converge({ nightly: job('nightly', '04') })).toEqual([
    'daemon-reload',
    'restart berth-job-nightly.timer',
  ]);
});

test('also when the agent ended between writing it and saying so', async () => {
  await converge({ nightly: job('nightly') });
  const usual = machine.answer;
  machine.answer = (line, options) => {
    if (line.endsWith('daemon-reload')) throw new Error('killed');
    return usual(line, options);
  };
  await expect(converge({ nightly: job('nightly', '04') })).rejects.toThrow('killed');
  machine.answer = usual;
  expect(await converge({ nightly: job('nightly', '04') })).toEqual([
    'daemon-reload',
    'restart berth-job-nightly.timer',
  ]);
});

test('one that is gone leaves nothing behind, with its secrets; one that cannot be brought now stays', async () => {
  await converge({ nightly: job('nightly'), weekly: job('weekly') });
  expect(await converge({}, ['weekly'])).toEqual(['disable --now berth-job-nightly.timer', 'daemon-reload']);
  expect([...machine.files.keys()].filter((path) => path.includes('nightly'))).toEqual([]);
  expect(timers(machine)).toEqual(['weekly']);
});

test('a timer that somebody stopped is started again', async () => {
  await converge({ nightly: job('nightly') });
  active.clear();
  expect(await converge({ nightly: job('nightly') })).toEqual(['enable --now berth-job-nightly.timer']);
});

test('a timer that systemd refuses holds up no other, and is told', async () => {
  const usual = machine.answer;
  machine.answer = (line, options) =>
    line.endsWith('--now berth-job-bad.timer')
      ? { code: 1, stderr: 'Unit berth-job-bad.timer has a bad unit file setting.' }
      : usual(line, options);
  expect(await convergeJobs(machine, folder, { bad: job('bad'), nightly: job('nightly') })).toEqual({
    bad: 'systemctl enable ended with 1: Unit berth-job-bad.timer has a bad unit file setting.',
  });
  expect([...active]).toEqual(['berth-job-nightly.timer']);
  // it is tried again, and told again
  expect(await convergeJobs(machine, folder, { bad: job('bad'), nightly: job('nightly') })).toEqual({
    bad: expect.stringContaining('bad unit file setting') as unknown,
  });
});

test('only root can read what a job finds in its environment', async () => {
  await converge({ nightly: job('nightly') });
  for (const end of ['env', 'sh']) expect(machine.modes.get(`/var/lib/berth/jobs/nightly.${end}`)).toBe(0o600);
  expect([...machine.files].filter(([, content]) => content.includes('canary')).map(([path]) => path)).toEqual([
    '/var/lib/berth/jobs/nightly.env',
    '/var/lib/berth/jobs/nightly.sh',
  ]);
});

describe('how a job went is asked of systemd', () => {
  test.each([
    [
      'it has never run',
      'Result=success\nExecMainStatus=0\nExecMainExitTimestamp=\n',
      'NextElapseUSecRealtime=@1795316400\n',
      { next: '2026-11-22T03:00:00.000Z' },
    ],
    [
      'it failed',
      'Result=exit-code\nExecMainStatus=3\nExecMainExitTimestamp=@1795230000\n',
      'NextElapseUSecRealtime=\n',
      { last: 'exit-code', exitCode: 3, endedAt: '2026-11-21T03:00:00.000Z', next: undefined },
    ],
  ])('%s', async (_, service, timer, expected) => {
    machine.answer = (line) => ({ stdout: line.includes('.timer') ? timer : service });
    expect(await jobReport(machine, 'nightly')).toEqual(expected);
  });
});
