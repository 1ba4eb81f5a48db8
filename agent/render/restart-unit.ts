import { toCalendar } from '../../lib/calendar';

export const restartUnit = 'berth-restart';

/** The systemd units that restart the machine within its window, if an update has asked for it by then. */
export const restartUnits = (window: string): { timer: string; service: string } => ({
  timer: [
    '[Unit]',
    'Description=When this machine may restart',
    '',
    '[Timer]',
    ...toCalendar(window).map((line) => `OnCalendar=${line}`),
    '',
    '[Install]',
    'WantedBy=timers.target',
    '',
  ].join('\n'),
  service: [
    '[Unit]',
    'Description=Restart for an update that needs it',
    'ConditionPathExists=/run/reboot-required',
    '',
    '[Service]',
    'Type=oneshot',
    'ExecStart=/usr/bin/systemctl --no-block reboot',
    '',
  ].join('\n'),
});
