import { createHash } from 'node:crypto';
import { dirname, join } from 'node:path';
import type { Desired } from '../../contract/desired';
import { proxyFolders, proxyName, proxyOf, proxySpec } from '../render/proxy';
import type { MachineFacts } from '../render/service-spec';
import type { Docker } from '../docker';
import { type Host, must } from '../host';
import { ensureImage } from '../images';
import type { Rollout } from '../rollout';

/** Brings the proxy to what is wanted. Routes change while it runs; no connection is refused meanwhile. */
export async function convergeProxy(
  machine: Host,
  docker: Docker,
  rollout: Rollout,
  desired: Desired,
  facts: MachineFacts,
  folder: string,
): Promise<void> {
  const proxy = proxyOf(desired);
  const files = Object.entries(proxy.files(desired));
  await must(machine, 'mkdir', [
    '-p',
    ...new Set([
      proxyFolders.config,
      proxyFolders.data,
      ...files.map(([path]) => dirname(join(proxyFolders.config, path))),
    ]),
  ]);
  for (const [path, text] of files) machine.write(join(proxyFolders.config, path), text);
  await ensureImage(docker, proxy.image);
  const { outcome, lines } = await rollout.apply(proxySpec(proxy, facts));
  if (outcome === 'failed' || outcome === 'rolled back') throw new Error(lines.join('; '));
  if (proxy.reload === undefined) return;
  // what it has read, so that a reload that was missed is made up for
  const loaded = join(folder, 'proxy-loaded');
  const digest = createHash('sha256')
    .update(files.find(([path]) => path === proxy.reload!.file)![1])
    .digest('hex');
  if (outcome !== 'unchanged') return void machine.write(loaded, digest);
  if (machine.read(loaded) === digest) return;
  const [container] = await containers(docker);
  if (container === undefined) throw new Error('the proxy does not run');
  const { code, output } = await docker.exec(container, proxy.reload.command);
  if (code !== 0)
    throw new Error(
      `the proxy refuses its new configuration and goes on with the old one: ${output.split('\n').at(-1)}`,
    );
  machine.write(loaded, digest);
}

async function containers(docker: Docker): Promise<string[]> {
  const proxy = (await docker.services()).find(({ Spec }) => Spec.Name === proxyName);
  if (!proxy) return [];
  return (await docker.tasks(proxy.ID)).flatMap(({ Status }) =>
    Status.State === 'running' ? [Status.ContainerStatus?.ContainerID ?? []].flat() : [],
  );
}
