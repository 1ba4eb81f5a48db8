import type { Desired } from '../../contract/desired';
import type { Docker } from '../docker';
import { proxyName } from '../render/proxy';
import { prefix } from '../render/service-spec';

/** Removes the services that the environment no longer has; their data stays. `agent/rollout.ts` brings up those that it has. */
export async function removeOthers(
  docker: Docker,
  { services }: Pick<Desired, 'services'>,
  log: (line: string) => void,
): Promise<void> {
  for (const { ID, Spec } of await docker.services()) {
    if (!Spec.Name.startsWith(prefix) || Spec.Name === proxyName) continue;
    const name = Spec.Name.slice(prefix.length);
    if (name in services && services[name]!.kind !== 'cron') continue;
    log(`${name} is no longer desired: taken down`);
    await docker.removeService(ID);
  }
}
