import { prefix } from './render/service-spec';
import type { Docker } from './docker';
import { type Host } from './host';
import type { Releases } from './ledger';
import type { Space } from '../contract/report';

/** Healthy revisions of each service whose images stay on the machine: a rollback to one of them fetches nothing. */
const rollbacks = 3;

/**
 * Removes images that no service runs and no rollback is likely to need. When the disk fills up it keeps less: below a tenth free,
 * only what runs; below a twentieth, the journal is cut to what the bucket has long got.
 */
export async function pruneImages(
  docker: Docker,
  machine: Pick<Host, 'run'>,
  releases: Pick<Releases, 'revisions'>,
  services: readonly string[],
  disk: Space,
  log: (line: string) => void,
): Promise<void> {
  const short = disk.free < disk.total / 10;
  const wanted = new Set<string>();
  for (const { Spec } of await docker.services())
    if (Spec.Name.startsWith(prefix)) wanted.add(Spec.TaskTemplate.ContainerSpec.Image);
  for (const service of services) {
    const healthy = releases
      .revisions(service)
      .filter(({ state }) => state === 'healthy')
      .map(({ image }) => image);
    const underway = releases
      .revisions(service)
      .filter(({ state }) => state === 'rolling out')
      .map(({ image }) => image);
    for (const image of [...healthy.slice(short ? -1 : -rollbacks), ...underway]) wanted.add(image);
  }
  const kept = new Set(
    (await Promise.all([...wanted].map((reference) => docker.image(reference)))).map((image) => image?.Id),
  );
  for (const { Id, RepoDigests } of await docker.images()) {
    if (kept.has(Id)) continue;
    try {
      await docker.removeImage(Id);
      log(`image ${RepoDigests?.[0] ?? Id} removed`);
    } catch {
      // a container of a rollout that has just ended still has it: next time
    }
  }
  if (disk.free < disk.total / 20) {
    log('the disk is nearly full: the journal is cut to 200 MB');
    await machine.run('journalctl', ['--vacuum-size=200M']);
  }
}
