import { getRequestListener } from '@hono/node-server';
import { Hono } from 'hono';
import { type Account, account as processAccount } from '../account';
import { Document } from '../document';
import { parseSeed, type SeedInput, defaultSeed } from '../seed';
import type { Service } from '../service';
import { mountAccount } from './account';
import { mountActions } from './actions';
import { mountAlertPolicies } from './alert-policies';
import { mountCatalogue } from './catalogue';
import { Cloud } from './cloud';
import { mountDatabases } from './databases';
import { createDomain, mountDomains } from './domains';
import { mountDropletActions } from './droplet-actions';
import { mountDroplets } from './droplets';
import { mountFirewalls } from './firewalls';
import { mountMiddleware } from './middleware';
import type { Variables } from './http';
import { mountImages } from './images';
import { mountProjects } from './projects';
import { mountReservedIps } from './reserved-ips';
import { mountSnapshots } from './snapshots';
import { mountSpacesKeys } from './spaces-keys';
import { mountSshKeys } from './ssh-keys';
import { emptyState, type Permission, type State } from './state';
import { mountTags } from './tags';
import { mountUptimeChecks } from './uptime-checks';
import { mountVolumes } from './volumes';
import { mountVpcs, seedVpcs } from './vpcs';

export type { State } from './state';

export interface DigitalOceanOptions {
  /** Where the account is kept between two runs; in memory when absent. */
  file?: string;
  /** Whose token is let in, and whose Spaces key has full access; that of this process when absent. */
  account?: Account;
  /** Domains, regions and sizes; `defaultSeed` when absent. */
  seed?: SeedInput;
  /** How long an action (a boot, a resize, an attach) stays in progress, in milliseconds. */
  actionMs?: number;
  /** The clock of all time stamps; counted in the state when absent, so that equal runs give equal answers. */
  now?(): Date;
  /** Called after each change of what the account holds. */
  changed?(): void;
}

export interface SpacesKeyOfAccount {
  accessKey: string;
  secretKey: string;
  /** A `fullaccess` grant has the bucket ''. Grants that are switched off (an empty permission) are left out. */
  grants: { bucket: string; permission: Exclude<Permission, ''> }[];
}

export interface DigitalOcean extends Service {
  readonly name: 'digitalocean';
  /** What the account holds, live. To change it behind Terraform's back, change it here (and call `save`). */
  readonly state: State;
  save(): void;
  /** The Spaces key with this access key id: the account's own, or one made by `POST /v2/spaces/keys`. */
  spacesKey(accessKey: string): SpacesKeyOfAccount | undefined;
}

const MOUNTS = [
  mountAccount,
  mountActions,
  mountCatalogue,
  mountImages,
  mountSnapshots,
  mountSshKeys,
  mountVpcs,
  mountDroplets,
  mountDropletActions,
  mountVolumes,
  mountReservedIps,
  mountFirewalls,
  mountDomains,
  mountTags,
  mountProjects,
  mountSpacesKeys,
  mountAlertPolicies,
  mountUptimeChecks,
  mountDatabases,
];

/** A DigitalOcean account behind the vendor's API. */
export function createDigitalOcean({
  file,
  account = processAccount,
  seed: given = defaultSeed,
  actionMs = 20,
  now,
  changed,
}: DigitalOceanOptions = {}): DigitalOcean {
  const { domains, regions, sizes } = parseSeed(given, 'the seed');
  const cloud = new Cloud(new Document<State>(emptyState(), file), { actionMs, now, changed, regions, sizes });
  const { state } = cloud;
  if (Object.keys(state.projects).length === 0) {
    const id = cloud.uuid('project');
    state.projects[id] = {
      id,
      name: 'first-project',
      description: 'Update your project information under Settings',
      purpose: 'Just trying out DigitalOcean',
      environment: 'Development',
      is_default: true,
      created_at: cloud.now(),
      updated_at: cloud.now(),
    };
  }
  seedVpcs(cloud);
  for (const { name, address } of domains) if (!Object.hasOwn(state.domains, name)) createDomain(cloud, name, address);
  const api = new Hono<Variables>();
  mountMiddleware(api, cloud, account.digitaloceanToken);
  for (const mount of MOUNTS) mount(api, cloud);

  const answer = getRequestListener(api.fetch, { overrideGlobalObjects: false });
  return {
    name: 'digitalocean',
    listener: (request, response) => void answer(request, response),
    state,
    save: () => cloud.save(),
    spacesKey(accessKey) {
      const { spaces } = account;
      if (accessKey === spaces.accessKey) return { ...spaces, grants: [{ bucket: '', permission: 'fullaccess' }] };
      const key = Object.hasOwn(state.spaces_keys, accessKey) ? state.spaces_keys[accessKey] : undefined;
      return (
        key && {
          accessKey,
          secretKey: key.secret_key,
          grants: key.grants.flatMap(({ bucket, permission }) => (permission === '' ? [] : [{ bucket, permission }])),
        }
      );
    },
  };
}
