import type { Service } from '../../definition/service';
import { dotenvText } from '../../lib/text/dotenv';
import { localPorts, localVariables } from './local-service';
import type { Product } from './product';

const heading = [
  'Rendered from environments/product.ts by `npx berth up`: change the product, not this file.',
  'Copy it to .env, which git ignores, and fill in the secrets. Values fit `npx berth up`: a service that you start',
  'yourself reaches Postgres and Redis on localhost.',
]
  .map((line) => `# ${line}\n`)
  .join('');

/** .env.example: what each service reads from its environment, when it is started outside of compose. */
export function renderEnvExample(product: Product): string {
  const ports = localPorts(product);
  return heading + product.services.map((service) => section(service, ports.get(service.name))).join('');
}

function section(service: Service, port: number | undefined): string {
  const variables = {
    ...localVariables(service, () => 'localhost'),
    ...(port === undefined ? {} : { PORT: String(port) }),
  };
  const title = `\n# ${service.name} (${service.kind})${port === undefined ? '' : `: http://localhost:${port}`}\n`;
  const lines = Object.entries(variables).map(([name, value]) => `# ${name}=${dotenvText(value)}\n`);
  const secrets = service.secrets.map((name) => `# secret: ask for it, and never commit it\n${name}=\n`);
  return title + lines.join('') + secrets.join('');
}
