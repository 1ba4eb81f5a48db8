import { restartUnit, restartUnits } from '../render/restart-unit';
import { type Host, must } from '../host';

const fileOf = (kind: 'service' | 'timer'): string => `/etc/systemd/system/${restartUnit}.${kind}`;

/** Brings the window for restarts to what is wanted; without one, the machine never restarts by itself. */
export async function convergeRestarts(machine: Host, window: string | undefined): Promise<void> {
  if (window === undefined) {
    if (!machine.exists(fileOf('timer'))) return;
    await machine.run('systemctl', ['disable', '--now', `${restartUnit}.timer`]);
    for (const kind of ['service', 'timer'] as const) machine.remove(fileOf(kind));
    await must(machine, 'systemctl', ['daemon-reload']);
    return;
  }
  const { timer, service } = restartUnits(window);
  const written = [machine.write(fileOf('service'), service), machine.write(fileOf('timer'), timer)];
  if (!written.includes(true)) return;
  await must(machine, 'systemctl', ['daemon-reload']);
  await must(machine, 'systemctl', ['enable', `${restartUnit}.timer`]);
  await must(machine, 'systemctl', ['restart', `${restartUnit}.timer`]);
}
