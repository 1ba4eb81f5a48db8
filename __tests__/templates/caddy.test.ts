import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { serviceSchema } from '../../definition/service';
import { renderCaddyfile } from '../../agent/render/caddyfile';
import type { Desired, DesiredService } from '../../contract/desired';
import { hostsOf, routesOf } from '../../agent/render/routes';
import { caddyProgram } from '../../simulator/registry/caddy-image';
import { whyNoGo } from '../../simulator/registry/go-program';

const folder = mkdtempSync(join(tmpdir(), 'caddy-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const why = whyNoGo();

const odd = [
  'away',
  'maintenance',
  'errors',
  'healthz',
  'path',
  'handle',
  'not',
  'import',
  'constructor',
  'static',
  'berth',
];
const names = [...odd, ...fc.sample(fc.stringMatching(/^[a-z][a-z0-9-]{0,20}[a-z0-9]$/), { numRuns: 200, seed: 4 })];
const paths = fc
  .sample(fc.stringMatching(/^\/[A-Za-z0-9_.~-]{1,8}(\/[A-Za-z0-9_.~-]{1,8}){0,2}$/), { numRuns: 600, seed: 5 })
  .filter((path) => serviceSchema.shape.route.safeParse(path).success);

const service = (index: number): DesiredService =>
  ({
    kind: 'web',
    image: 'ghcr.io/acme/web',
    port: 3000 + index,
    replicas: 1,
    memory: 64,
    cpu: 100,
    stopGrace: 5,
    route: { host: index % 3 === 0 ? 'acme.example' : `h${index % 5}.acme.example`, path: paths[index]! },
  }) as DesiredService;
const services = Object.fromEntries([...new Set(names)].map((name, index) => [name, service(index)]));
const desired = {
  version: 1,
  product: 'shop',
  environment: 'test',
  domain: 'acme.example',
  services,
  datastores: {},
  backups: { keepDays: 7, schedule: '0 3 * * *' },
} as unknown as Desired;

interface Route {
  readonly match?: readonly { readonly host?: readonly string[]; readonly path?: readonly string[] }[];
  readonly handle?: readonly Handler[];
}
interface Handler {
  readonly handler: string;
  readonly routes?: readonly Route[];
  readonly dynamic_upstreams?: { readonly name: string; readonly port: string };
}

/** Each proxy that a route leads to, with the host and the paths on the way. */
function proxies(routes: readonly Route[], host = '', path: readonly string[] = []): string[] {
  return routes.flatMap(({ match = [{}], handle = [] }) =>
    match.flatMap(({ host: hosts = [host], path: own = path }) =>
      hosts.flatMap((at) =>
        handle.flatMap((one) => [
          ...(one.handler === 'reverse_proxy'
            ? [`${at} ${own.join(' ')} → ${one.dynamic_upstreams!.name}:${one.dynamic_upstreams!.port}`]
            : []),
          ...proxies(one.routes ?? [], at, own),
        ]),
      ),
    ),
  );
}

(why === undefined ? test : test.skip)(
  `whatever services and paths are called, Caddy sends each path to its service${why === undefined ? '' : ` (skipped: ${why})`}`,
  async () => {
    writeFileSync(join(folder, 'Caddyfile'), renderCaddyfile(desired));
    const adapted = JSON.parse(
      execFileSync(await caddyProgram(), ['adapt', '--config', join(folder, 'Caddyfile')], {
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
        maxBuffer: 2 ** 26,
      }),
    ) as { apps: { http: { servers: Record<string, { listen: string[]; routes: Route[] }> } } };
    const secure = Object.values(adapted.apps.http.servers).filter(({ listen }) => listen.includes(':443'));
    const expected = hostsOf(desired).flatMap((host) =>
      routesOf(desired, host).map(({ name, path, service: { port } }) => `${host} ${path} ${path}/* → ${name}:${port}`),
    );
    expect(secure.flatMap(({ routes }) => proxies(routes)).sort()).toEqual(expected.sort());
    expect(expected.length).toBeGreaterThan(180);
  },
  600_000,
);
