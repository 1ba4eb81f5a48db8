import { setTimeout as sleep } from 'node:timers/promises';
import type { Cloud } from './cloud';

/** Seconds that a droplet's machine may take to be there: it is made after the record. */
const patience = 120;

/** The first process, as this host counts, of the machine that a droplet of this name is. */
export async function leaderOf(
  { digitalocean, fleet }: Pick<Cloud, 'digitalocean' | 'fleet'>,
  name: string,
): Promise<number> {
  if (!fleet) throw new Error('droplets are records here, not machines: start the cloud with boot to run machines');
  for (let waited = 0; waited < patience * 1000; waited += 200) {
    const named = Object.values(digitalocean.state.droplets).filter((each) => each.name === name);
    // while a machine follows another there are two: the one with the volume is the environment's
    const holders = new Set(Object.values(digitalocean.state.volumes).map(({ droplet }) => droplet));
    const droplet = named.find(({ id }) => holders.has(id)) ?? named[0];
    if (!droplet) throw new Error(`there is no droplet ${name}: create it first`);
    if (droplet.status === 'off') throw new Error(`${name} is switched off`);
    const leader = fleet.machine(droplet.id)?.leader();
    if (leader !== undefined) return leader;
    await sleep(200);
  }
  throw new Error(`the machine of ${name} was not there within ${patience} s`);
}

/** A command line that runs another one as root in a machine, in root's own folder and with nothing of this environment's. */
export function insideMachine(leader: number, command: readonly string[], term = 'dumb'): string[] {
  return [
    'nsenter',
    '--target',
    String(leader),
    '--mount',
    '--uts',
    '--ipc',
    '--net',
    '--pid',
    '--cgroup',
    '--root',
    '--wd',
    '--',
    '/usr/bin/env',
    '-i',
    'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
    'HOME=/root',
    'LANG=C.UTF-8',
    `TERM=${term}`,
    'sh',
    '-c',
    'cd && exec "$@"',
    'sh',
    ...command,
  ];
}
