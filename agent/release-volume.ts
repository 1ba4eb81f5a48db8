import { poll } from '../lib/poll';
import { unitOf } from './render/job-unit';
import { proxyName } from './render/proxy';
import { prefix } from './render/service-spec';
import type { Docker, DockerService } from './docker';
import { type Host, must } from './host';
import { timers } from './steps/jobs';

/**
 * Stops everything that uses the volume, cleanly, and unmounts it. The proxy goes last: as long as it can, it tells visitors that it
 * will not be long. Can be run again at any point.
 */
export async function releaseVolume(machine: Pick<Host, 'list' | 'run'>, docker: Docker): Promise<void> {
  for (const name of timers(machine))
    await machine.run('systemctl', ['stop', `${unitOf(name)}.timer`, `${unitOf(name)}.service`], { timeout: 700_000 });
  const own = (await docker.services()).filter(({ Spec }) => Spec.Name.startsWith(prefix));
  await takeDown(
    docker,
    own.filter(({ Spec }) => Spec.Name !== proxyName),
  );
  await must(machine, 'systemctl', ['stop', 'postgresql@*', 'redis-server'], { timeout: 120_000 });
  await takeDown(
    docker,
    own.filter(({ Spec }) => Spec.Name === proxyName),
  );
  await must(machine, 'systemctl', ['stop', 'berth-volume'], { timeout: 60_000 });
}

/** Milliseconds: the longest `stopGrace` of a service, and a minute for Docker. */
const longestStop = 660_000;

/** Removes services and waits until their containers have ended, which get their grace. */
async function takeDown(docker: Docker, services: readonly DockerService[]): Promise<void> {
  for (const { ID } of services) await docker.removeService(ID);
  const names = new Set(services.map(({ Spec }) => Spec.Name));
  await poll(
    async (saw) => {
      const left = (await docker.containers())
        .map(({ Labels }) => Labels['com.docker.swarm.service.name'] ?? '')
        .filter((name) => names.has(name));
      saw(left.join(', '));
      return left.length === 0 || undefined;
    },
    { timeout: longestStop, interval: 200, describe: (left) => `containers of ${left} did not stop` },
  );
}
