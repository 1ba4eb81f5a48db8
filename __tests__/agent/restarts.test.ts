import { convergeRestarts } from '../../agent/steps/restarts';
import { FakeHost } from './fake-host';

let machine: FakeHost;
beforeEach(() => {
  machine = new FakeHost();
});

async function converge(window: string | undefined): Promise<string[]> {
  machine.ran.length = 0;
  await convergeRestarts(machine, window);
  return machine.ran.map((line) => line.replace('systemctl ', ''));
}

const timer = () => machine.read('/etc/systemd/system/berth-restart.timer');

test('within its window the machine restarts, if an update has asked for it by then', async () => {
  expect(await converge('0 4 * * 0')).toEqual([
    'daemon-reload',
    'enable berth-restart.timer',
    'restart berth-restart.timer',
  ]);
  expect(timer()).toContain('OnCalendar=Sun *-*-* 04:00:00 UTC\n');
  expect(machine.read('/etc/systemd/system/berth-restart.service')).toContain(
    'ConditionPathExists=/run/reboot-required\n',
  );
  expect(await converge('0 4 * * 0')).toEqual([]);
});

test('another window is taken up', async () => {
  await converge('0 4 * * 0');
  expect(await converge('0 5 * * 1')).toContain('restart berth-restart.timer');
  expect(timer()).toContain('Mon');
});

test('without a window it never restarts by itself, and nothing of the window before is left', async () => {
  expect(await converge(undefined)).toEqual([]);
  await converge('0 4 * * 0');
  expect(await converge(undefined)).toEqual(['disable --now berth-restart.timer', 'daemon-reload']);
  expect(machine.files.size).toBe(0);
});
