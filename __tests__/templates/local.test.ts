import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { loadEnvironments, loadProduct } from '../../definition/load';
import { renderDesired } from '../../templates/desired';
import { datastoreVariables } from '../../definition/service-variables';
import { renderCompose } from '../../templates/local/compose';
import { renderDatabases } from '../../templates/local/databases';
import { differences } from '../../templates/local/differences';
import { renderEnvExample } from '../../templates/local/env-example';
import { localPorts } from '../../templates/local/local-service';

const root = join(__dirname, '../..');
const folder = join(root, 'environments');
const product = loadProduct(folder);

interface ComposeService {
  image: string;
  command?: string[];
  environment: Record<string, string>;
  ports?: string[];
  mem_limit: string;
  cpus: number;
  stop_grace_period: string;
  healthcheck?: { test: string[]; start_period?: string };
  depends_on?: Record<string, object>;
  env_file?: object[];
  volumes?: string[];
  profiles?: string[];
}
const compose = parse(renderCompose(product)) as { services: Record<string, ComposeService>; volumes: object };

test('compose.yaml and .env.example are what the product renders to today', () => {
  expect(readFileSync(join(root, 'compose.yaml'), 'utf8')).toBe(renderCompose(product));
  expect(readFileSync(join(root, '.env.example'), 'utf8')).toBe(renderEnvExample(product));
});

describe('a laptop runs what a machine runs, field by field', () => {
  // production changes nothing of the product that a laptop has, but memory and replicas
  const [production] = loadEnvironments(folder);
  interface Desired {
    services: Record<
      string,
      {
        image: string;
        command?: string[];
        port?: number;
        health?: string;
        startGrace?: number;
        stopGrace: number;
        cpu: number;
        memory: number;
        variables?: Record<string, string>;
        secrets?: string[];
        datastores?: Record<string, string>;
      }
    >;
    datastores: Record<string, { version: number }>;
  }
  const desired = parse(renderDesired({ ...production!, services: product.services })) as Desired;

  test('the same services and datastores, by the same names', () => {
    expect(Object.keys(compose.services).sort()).toEqual(
      [...Object.keys(desired.services), ...Object.keys(desired.datastores)].sort(),
    );
  });

  test.each(Object.keys(desired.services))('%s', (name) => {
    const there = desired.services[name]!;
    const here = compose.services[name]!;
    const datastores = Object.values(there.datastores ?? {});
    const own: string[] = Object.keys(there.datastores ?? {}).flatMap((store) =>
      Object.values(datastoreVariables[store as 'postgres' | 'redis']),
    );
    const port = there.port === undefined ? {} : { PORT: String(there.port) };
    expect({
      image: here.image.replace(/:\$\{TAG:-latest\}$/, ''),
      command: here.command,
      port: here.ports?.[0]?.split(':').at(-1),
      health: here.healthcheck?.test[1]?.includes(`http://127.0.0.1:${there.port}${there.health}`),
      startGrace: here.healthcheck?.start_period,
      variables: Object.fromEntries(Object.entries(here.environment).filter(([variable]) => !own.includes(variable))),
      datastoreVariables: Object.keys(here.environment).filter((variable) => datastores.includes(variable)),
      dependencies: Object.keys(here.depends_on ?? {}),
      secrets: here.env_file === undefined ? [] : product.services.find((service) => service.name === name)!.secrets,
      memory: here.mem_limit,
      cpu: here.cpus,
      stopGrace: here.stop_grace_period,
    }).toEqual({
      image: there.image,
      command: there.command,
      port: there.port === undefined ? undefined : String(there.port),
      health: there.health === undefined ? undefined : true,
      startGrace: there.health === undefined ? undefined : `${there.startGrace}s`,
      variables: { ...port, ...there.variables },
      datastoreVariables: datastores,
      dependencies: Object.keys(there.datastores ?? {}),
      secrets: there.secrets ?? [],
      memory: `${there.memory}m`,
      cpu: there.cpu / 1000,
      stopGrace: `${there.stopGrace}s`,
    });
  });

  test.each(Object.keys(desired.datastores))(
    '%s has the same version, a health check and data that outlives it',
    (name) => {
      const here = compose.services[name]!;
      expect(here.image).toBe(`${name}:${desired.datastores[name]!.version}`);
      expect(here.healthcheck).toBeDefined();
      expect(here.volumes).toEqual([expect.stringMatching(new RegExp(`^${name}:/`))]);
      expect(Object.keys(compose.volumes)).toContain(name);
    },
  );

  test('the intended differences are written down in one place', () => {
    expect(Object.keys(differences)).toEqual([
      'image',
      'replicas',
      'route',
      'schedule',
      'credentials',
      'datastores',
      'secrets',
      'backups',
    ]);
  });
});

test('everything listens on localhost only, and no two on one port', () => {
  const ports = Object.values(compose.services).flatMap((service) => service.ports ?? []);
  for (const port of ports) expect(port).toMatch(/^127\.0\.0\.1:/);
  expect(new Set(ports.map((port) => port.split(':')[1])).size).toBe(ports.length);
  expect([...localPorts(product)]).toEqual([
    ['web', 3000],
    ['api', 8000],
    ['cms', 3001],
  ]);
});

test("a dollar sign in a variable is compose's own, so it is doubled", () => {
  const services = product.services.map((service) =>
    service.name === 'web' ? { ...service, variables: { PRICE: '$5 ${x}' } } : service,
  );
  const { web } = (parse(renderCompose({ ...product, services })) as typeof compose).services;
  expect(web!.environment.PRICE).toBe('$$5 $${x}');
});

test('each service that uses Postgres gets a user and a database, and a second time changes nothing', () => {
  const sql = renderDatabases(product);
  for (const name of ['api', 'worker', 'cms', 'report']) {
    expect(sql).toContain(
      `'CREATE ROLE "${name}" LOGIN PASSWORD ''local''' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '${name}')`,
    );
    expect(sql).toContain(
      `'CREATE DATABASE "${name}" OWNER "${name}"' WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = '${name}')`,
    );
  }
  expect(sql).not.toContain('"web"');
});
