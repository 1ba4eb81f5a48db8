import { droplet } from '../../definition/droplet';
import { loadEnvironments, loadProduct, loadState } from '../../definition/load';
import { resolveLayers } from '../../definition/resolve';
import { productSchema } from '../../definition/product';
import { sizeCatalogue, smallestSizeFor } from '../../definition/sizes';
import { join } from 'node:path';
import { anEnvironment, resolved } from './an-environment';

const folder = join(__dirname, '../../environments');

test('each kind brings the defaults that fit it, and the product and the environment change them', () => {
  const { services } = resolved({ services: { api: { replicas: 3 } } });
  const told = services.map(({ name, kind, port, health, route, replicas, memory, stopGrace }) => ({
    name,
    kind,
    port,
    health,
    route,
    replicas,
    memory,
    stopGrace,
  }));
  expect(told).toEqual([
    {
      name: 'web',
      kind: 'web',
      port: 3000,
      health: { path: '/', https: true },
      route: { path: '/' },
      replicas: 2,
      memory: 256,
      stopGrace: 15,
    },
    {
      name: 'api',
      kind: 'api',
      port: 8000,
      health: { path: '/health', https: true },
      route: { path: '/api' },
      replicas: 3,
      memory: 256,
      stopGrace: 20,
    },
    {
      name: 'jobs',
      kind: 'worker',
      port: undefined,
      health: undefined,
      route: undefined,
      replicas: 1,
      memory: 256,
      stopGrace: 60,
    },
    {
      name: 'cms',
      kind: 'cms',
      port: 3000,
      health: { path: '/', https: true },
      route: { host: 'cms' },
      replicas: 1,
      memory: 512,
      stopGrace: 20,
    },
    {
      name: 'nightly',
      kind: 'cron',
      port: undefined,
      health: undefined,
      route: undefined,
      replicas: 1,
      memory: 256,
      stopGrace: 60,
    },
  ]);
});

test('an environment can leave a service out', () => {
  expect(resolved({ services: { cms: false } }).services.map(({ name }) => name)).toEqual([
    'web',
    'api',
    'jobs',
    'nightly',
  ]);
});

test('where a value came from is told for defaults, product and environment', () => {
  const { sources } = resolveLayers(anEnvironment({ services: { api: { replicas: 3 } } }));
  expect(sources.get('services.api.port')).toBe('default');
  expect(sources.get('services.api.route')).toBe('product');
  expect(sources.get('services.api.replicas')).toBe('environment');
  expect(sources.get('platform.swap')).toBe('default');
});

test('managed datastores keep the version of the product and take their size from the platform', () => {
  const { datastores } = resolved({
    platform: droplet({
      region: 'fra1',
      size: 's-4vcpu-8gb',
      datastores: { postgres: { managed: { size: 'db-s-1vcpu-1gb' } } },
    }),
  });
  expect(datastores).toEqual([
    { name: 'postgres', version: 17, memory: 768, placement: { managed: { size: 'db-s-1vcpu-1gb', nodes: 1 } } },
    { name: 'redis', version: 8, memory: 128, placement: 'machine' },
  ]);
});

test('the product says nothing that belongs to a platform', () => {
  const words =
    /size|region|subnet|volume|replication|swarm|ecs|caddy|traefik|nginx|registry|account|arn|timezone|sku|mount|droplet|instance/i;
  const names: string[] = [];
  const walk = (schema: unknown): void => {
    const def = (schema as { _zod?: { def: Record<string, unknown> } } | undefined)?._zod?.def;
    if (!def) return;
    for (const [name, inner] of Object.entries((def.shape ?? {}) as object)) {
      names.push(name);
      walk(inner);
    }
    for (const inner of [def.innerType, def.valueType, def.element, ...((def.options ?? []) as unknown[])]) walk(inner);
  };
  walk(productSchema);
  expect(names).toContain('stopGrace');
  expect(names.filter((name) => words.test(name))).toEqual([]);
});

test("the project's own environments, product and state are sound", () => {
  expect(loadEnvironments(folder).map(({ name, domain }) => [name, domain])).toEqual([
    ['production', 'acme.example'],
    ['staging', 'staging.acme.example'],
  ]);
  expect(loadProduct(folder).services.map(({ name, kind }) => [name, kind])).toEqual([
    ['web', 'web'],
    ['api', 'api'],
    ['worker', 'worker'],
    ['cms', 'cms'],
    ['report', 'cron'],
  ]);
  expect(loadState(folder)).toEqual({ bucket: 'asset-archive-state', region: 'fra1' });
});

test('sizes carry the day and the place they were read from, and each slug is there once', () => {
  expect(sizeCatalogue.asOf).toMatch(/^\d{4}-\d\d-\d\d$/);
  expect(sizeCatalogue.source).toMatch(/digitalocean|\/v2\/sizes/i);
  const slugs = sizeCatalogue.sizes.map(({ slug }) => slug);
  expect(new Set(slugs).size).toBe(slugs.length);
  expect(smallestSizeFor(5000)?.slug).toBe('s-4vcpu-8gb');
});
