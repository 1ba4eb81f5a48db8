import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { renderCaddyfile } from '../templates/converge/caddyfile';
import type { Desired } from '../templates/converge/desired';
import { type MachineFacts, proxyFolders, proxyImage, proxyName, proxySpec } from '../templates/converge/service-spec';
import type { Docker } from './docker';
import { type Host, must } from './host';
import { ensureImage } from './images';
import type { Rollout } from './rollout';

/** Brings the proxy to what is wanted. Routes change while it runs; no connection is refused meanwhile. */
export async function convergeProxy(machine: Host, docker: Docker, rollout: Rollout, desired: Desired, facts: MachineFacts, folder: string): Promise<void> {
  await must(machine, 'mkdir', ['-p', proxyFolders.config, proxyFolders.data]);
  const text = renderCaddyfile(desired);
  machine.write(join(proxyFolders.config, 'Caddyfile'), text);
  await ensureImage(docker, proxyImage);
  const { outcome, lines } = await rollout.apply(proxySpec(facts));
  if (outcome === 'failed' || outcome === 'rolled back') throw new Error(lines.join('; '));
  // what it has read, so that a reload that was missed is made up for
  const loaded = join(folder, 'proxy-loaded');
  const digest = createHash('sha256').update(text).digest('hex');
  if (outcome !== 'unchanged') return void machine.write(loaded, digest);
  if (machine.read(loaded) === digest) return;
  const [container] = await containers(docker);
  if (container === undefined) throw new Error('the proxy does not run');
  const { code, output } = await docker.exec(container, ['caddy', 'reload', '--config', '/etc/caddy/Caddyfile', '--adapter', 'caddyfile']);
  if (code !== 0) throw new Error(`the proxy refuses its new configuration and goes on with the old one: ${output.split('\n').at(-1)}`);
  machine.write(loaded, digest);
}

async function containers(docker: Docker): Promise<string[]> {
  const proxy = (await docker.services()).find(({ Spec }) => Spec.Name === proxyName);
  if (!proxy) return [];
  return (await docker.tasks(proxy.ID)).flatMap(({ Status }) => (Status.State === 'running' ? [Status.ContainerStatus?.ContainerID ?? []].flat() : []));
}
