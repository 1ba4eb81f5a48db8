import type { Datastore } from '../../definition/resolve';
import type { Health, Service } from '../../definition/service';
import { shellText } from '../../lib/text/shell';
import { yamlText } from '../../lib/text/yaml';
import { composeText } from '../../lib/text/compose';
import { datastorePort, localPassword, localPorts, localVariables } from './local-service';
import type { Product } from './product';

const heading = [
  'Rendered from environments/product.ts by `npx berth up`: change the product, not this file.',
  'Postgres and Redis start with `npx berth up`, every service with `npx berth up --all`.',
]
  .map((line) => `# ${line}\n`)
  .join('');

/** compose.yaml: the product's datastores, and behind the profile `all` its services. */
export function renderCompose(product: Product): string {
  const ports = localPorts(product);
  const compose = {
    name: product.product,
    services: {
      ...Object.fromEntries(product.datastores.map((store) => [store.name, datastore(store)])),
      ...Object.fromEntries(
        product.services.map((service) => [service.name, container(service, ports.get(service.name))]),
      ),
    },
    volumes: Object.fromEntries(product.datastores.map(({ name }) => [name, {}])),
  };
  return heading + yamlText(compose, tabs);
}

/** Docker's reader of YAML takes no tab where a line begins. */
const tabs = /\t/;

const datastores = {
  postgres: {
    environment: { POSTGRES_PASSWORD: localPassword },
    healthcheck: { test: ['CMD', 'pg_isready', '--username', 'postgres', '--host', '127.0.0.1'] },
    volumes: ['postgres:/var/lib/postgresql/data'],
  },
  redis: {
    command: ['redis-server', '--appendonly', 'yes'],
    healthcheck: { test: ['CMD', 'redis-cli', 'ping'] },
    volumes: ['redis:/data'],
  },
} as const;

const rhythm = { interval: '2s', timeout: '2s', retries: 30 };

function datastore({ name, version }: Datastore): object {
  const port = datastorePort[name];
  const { healthcheck, ...rest } = datastores[name];
  return {
    image: `${name}:${version}`,
    ports: [`127.0.0.1:${port}:${port}`],
    ...rest,
    healthcheck: { ...healthcheck, ...rhythm },
  };
}

function container(service: Service, localPort: number | undefined): object {
  const { kind, image, command, port, health, startGrace, needs, memory, cpu, stopGrace, capabilities } = service;
  return {
    // a cron job runs when it is asked to: docker compose run --rm NAME
    profiles: [kind === 'cron' ? 'cron' : 'all'],
    image: `${image}:\${TAG:-latest}`,
    command: command?.map(composeText),
    init: true,
    read_only: true,
    tmpfs: ['/tmp'],
    security_opt: ['no-new-privileges:true'],
    cap_drop: ['ALL'],
    cap_add: capabilities.length > 0 ? capabilities : undefined,
    environment: Object.fromEntries(
      Object.entries(localVariables(service, (name) => name)).map(([name, value]) => [name, composeText(value)]),
    ),
    env_file: service.secrets.length > 0 ? [{ path: '.env', required: false }] : undefined,
    ports: localPort === undefined ? undefined : [`127.0.0.1:${localPort}:${port}`],
    healthcheck:
      health === undefined
        ? undefined
        : { test: ['CMD-SHELL', composeText(healthTest(port!, health))], ...rhythm, start_period: `${startGrace}s` },
    depends_on:
      needs.length > 0 ? Object.fromEntries(needs.map((name) => [name, { condition: 'service_healthy' }])) : undefined,
    mem_limit: `${memory}m`,
    cpus: cpu / 1000,
    stop_grace_period: `${stopGrace}s`,
  };
}

// images bring one or the other
function healthTest(port: number, { path, host, https }: Health): string {
  const headers = [
    ...(host === undefined ? [] : [`Host: ${host}`]),
    ...(https ? ['X-Forwarded-Proto: https'] : []),
  ].map(shellText);
  const url = shellText(`http://127.0.0.1:${port}${path}`);
  return `wget -q -O /dev/null ${headers.map((header) => `--header ${header} `).join('')}${url} || curl -fsS -o /dev/null ${headers.map((header) => `-H ${header} `).join('')}${url}`;
}
