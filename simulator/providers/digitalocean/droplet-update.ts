import { type Dynamic, type Values } from '../../terraform/value';
import { same } from '../define';
import { type DigitalOcean } from './api';
import { policyBody } from './backup-policy';
import { retag } from './tagging';
import { attach, detach } from './volume-attachment';

/** What a machine can change in place: each change is an action of its own, in this order, and one that fails leaves the rest. */
export async function updateDroplet(api: DigitalOcean, v: Values, prior: Values): Promise<void> {
  const path = `/v2/droplets/${v.id}`;
  const act = async (body: object, failure: string): Promise<Dynamic> =>
    (await api.post(`${path}/actions`, body, failure)).action;
  const until = (failure: string, done: (droplet: Values) => boolean) =>
    api.wait(async () => done((await api.get(path, failure)).droplet), failure);

  if (v.size !== prior.size) {
    // A machine is resized while it is off. The provider does not look first whether the new size is possible.
    await act({ type: 'power_off' }, `Error powering off droplet (${v.id})`).catch((error: Error) => {
      if (!error.message.includes('already powered off')) throw error;
    });
    await until(`Error waiting for droplet (${v.id}) to become powered off`, (d) => d.status === 'off');
    const failure = `Error resizing droplet (${v.id})`;
    const resize = await act({ disk: v.resize_disk, size: v.size, type: 'resize' }, failure).catch(
      async (error: Error) => {
        await act({ type: 'power_on' }, `Error powering on droplet (${v.id}) after failed resize`);
        throw error;
      },
    );
    await api.completed(`/v2/actions/${resize.id}`, `Error waiting for resize droplet (${v.id}) to finish`);
    await act({ type: 'power_on' }, `Error powering on droplet (${v.id}) after resize`);
    await until(`Error waiting for droplet (${v.id}) to become active`, (d) => d.status === 'active');
  }
  if (v.name !== prior.name) {
    await act({ name: v.name, type: 'rename' }, `Error renaming droplet (${v.id})`);
    await until(`Error waiting for rename droplet (${v.id}) to finish`, (d) => d.name === v.name);
  }
  await updateBackups(v, prior, async (body, failure) => {
    const action = await act(body, failure);
    await api.completed(`/v2/actions/${action.id}`, failure);
  });
  for (const feature of ['private_networking', 'ipv6']) {
    if (v[feature] === true && prior[feature] !== true) {
      await act({ type: `enable_${feature}` }, `Error enabling ${feature} on droplet (${v.id})`);
      const failure = `Error waiting for ${feature} to be enabled on droplet (${v.id})`;
      await until(failure, (d) => !d.locked && d.features.includes(feature));
    }
  }
  await retag(api, 'droplet', v.id, prior.tags, v.tags);
  if (v.volume_ids && !same(v.volume_ids, prior.volume_ids)) {
    const [old, now] = [(prior.volume_ids ?? []) as string[], v.volume_ids as string[]];
    for (const volume of now.filter((one) => !old.includes(one))) await attach(api, v.id, volume);
    for (const volume of old.filter((one) => !now.includes(one))) await detach(api, v.id, volume);
  }
}

async function updateBackups(
  v: Values,
  prior: Values,
  act: (body: object, failure: string) => Promise<void>,
): Promise<void> {
  const policy = policyBody(v);
  if (v.backups !== prior.backups) {
    if (!v.backups) return act({ type: 'disable_backups' }, `Error disabling backups on droplet (${v.id})`);
    const body = policy ? { type: 'enable_backups', backup_policy: policy } : { type: 'enable_backups' };
    return act(body, `Error enabling backups on droplet (${v.id})`);
  }
  if (!same(policy, policyBody(prior))) {
    if (!v.backups) throw new Error('backup_policy can only be set when backups are enabled');
    if (policy)
      await act(
        { type: 'change_backup_policy', backup_policy: policy },
        `error changing backup policy on droplet (${v.id})`,
      );
  }
}
