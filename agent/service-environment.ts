import { join } from 'node:path';
import type { DatastoreName, Desired, DesiredService } from '../contract/desired';
import type { ManagedUrls } from '../contract/managed';
import { credentials, type Credentials } from './credentials';
import { datastoreEnvironment } from './datastore-environment';
import type { Login } from './docker';
import type { Host } from './host';
import type { Attempt } from './problems';
import type { Facts } from './steps/docker';
import { convergePostgres } from './steps/postgres';
import { convergeRedis } from './steps/redis';
import type { Secrets } from './steps/secrets';
import { ownFolder, volumeFolder } from './steps/volume';

/** What only the machine knows of a service, and why it cannot be brought up, if it cannot. */
export interface ServiceEnvironment {
  /** The variables of its containers, secrets among them. */
  readonly variables: Record<string, string>;
  readonly blocked?: string;
}

export interface Environments {
  /** By service. One is settled as soon as everything that it needs is up or has failed. */
  readonly services: Readonly<Record<string, Promise<ServiceEnvironment>>>;
  readonly logins: readonly Login[];
  /** Ends when every datastore and every service's environment has. */
  readonly settled: Promise<unknown>;
}

/** By service, why its user or database could not be made; `undefined` when the datastore is not up. */
type DatastoreState = Readonly<Record<string, string>> | undefined;

export interface EnvironmentInputs {
  readonly machine: Host;
  readonly secrets: Secrets;
  readonly desired: Desired;
  readonly facts: Facts;
  readonly managed: ManagedUrls;
  readonly attempt: Attempt;
}

/** Converges secrets and datastores, and makes of them each service's own variables. A service waits for what it needs, and for nothing else. */
export async function prepareEnvironments(inputs: EnvironmentInputs): Promise<Environments> {
  const { machine, secrets, desired, attempt } = inputs;
  const own = credentials(machine, ownFolder, desired);
  await attempt('secrets', () => secrets.prepare());
  const logins = await openLogins(inputs);
  const datastores = convergeDatastores(inputs, own);
  const services = Object.fromEntries(
    Object.entries(desired.services).map(([name, service]) => [
      name,
      environmentOf(name, service, datastores, own, inputs),
    ]),
  );
  return { services, logins, settled: Promise.all([...Object.values(datastores), ...Object.values(services)]) };
}

/** A registry whose secret has no value yet is asked without a login: its answer says more than nothing. */
async function openLogins({ desired, secrets, attempt }: EnvironmentInputs): Promise<Login[]> {
  const { registries = {}, secrets: ciphertexts = {} } = desired;
  const logins = await Promise.all(
    Object.entries(registries).map(async ([host, { user, secret }]) => {
      const ciphertext = ciphertexts[secret];
      if (ciphertext === undefined) return [];
      const password = await attempt(host, () => secrets.open(secret, ciphertext));
      return password === undefined ? [] : [{ host, user, password }];
    }),
  );
  return logins.flat();
}

/** A datastore of the machine; `undefined` when it is managed, or there is none. */
const onMachine = ({ datastores }: Desired, name: DatastoreName) =>
  datastores[name]?.placement === 'machine' ? datastores[name] : undefined;

function convergeDatastores(
  { machine, desired, facts, attempt }: EnvironmentInputs,
  own: Credentials,
): Record<DatastoreName, Promise<DatastoreState>> {
  const { gateway, subnet } = facts;
  const [postgres, redis] = [onMachine(desired, 'postgres'), onMachine(desired, 'redis')];
  return {
    postgres: attempt('postgres', async () => {
      if (postgres === undefined) return {};
      const { version, memory } = postgres;
      const folder = join(volumeFolder, 'postgres');
      return convergePostgres(machine, { version, folder, memory: memory!, gateway, subnet, users: own.postgres });
    }),
    redis: attempt('redis', async () => {
      if (redis === undefined) return {};
      const { memory, shared } = redis;
      const folder = join(volumeFolder, 'redis');
      const { redis: users, agent } = own;
      await convergeRedis(machine, { folder, memory: memory!, gateway, users, shared, agent });
      return {};
    }),
  };
}

async function environmentOf(
  name: string,
  service: DesiredService,
  datastores: Record<DatastoreName, Promise<DatastoreState>>,
  own: Credentials,
  inputs: EnvironmentInputs,
): Promise<ServiceEnvironment> {
  const { secrets, desired, managed, attempt } = inputs;
  const { secrets: ciphertexts = {} } = desired;
  const stores = Object.entries(service.datastores ?? {}) as [DatastoreName, string][];
  const states = await Promise.all(stores.map(async ([store]) => [store, await datastores[store]] as const));
  const names = service.secrets ?? [];
  const missing = [
    ...states.flatMap(([store, state]) => {
      if (state === undefined) return [`${store} is not up`];
      return state[name] === undefined ? [] : [`${store}: ${state[name]}`];
    }),
    ...names
      .filter((secret) => ciphertexts[secret] === undefined)
      .map((secret) => `the secret ${secret} has no value yet: npx berth secret set ${desired.environment} ${secret}`),
    ...stores
      .filter(([store, variable]) => onMachine(desired, store) === undefined && managed[name]?.[variable] === undefined)
      .map(([store]) => `the URL of the managed ${store} is not in the bucket yet`),
  ];
  if (missing.length > 0) return { variables: {}, blocked: missing.join('; ') };
  const open = async (secret: string) => [secret, await secrets.open(secret, ciphertexts[secret]!)] as const;
  const opened = await attempt(name, async () => Object.fromEntries(await Promise.all(names.map(open))));
  if (opened === undefined) return { variables: {}, blocked: 'its secrets cannot be opened' };
  return { variables: { ...datastoreEnvironment(name, stores, own, managed[name]), ...opened } };
}
