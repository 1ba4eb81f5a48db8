import { droplet } from '../../definition/droplet';
import { defineEnvironment, type EnvironmentInput } from '../../definition/environment';
import { evaluate } from '../../definition/evaluate';
import { defineProduct } from '../../definition/product';
import type { Environment } from '../../definition/resolve';

/** A product with one service of each kind. */
export const product = defineProduct({
  name: 'shop',
  services: {
    web: { kind: 'web', image: 'ghcr.io/acme/web' },
    api: { kind: 'api', image: 'ghcr.io/acme/api', route: '/api', needs: ['postgres', 'redis'], secrets: ['SMTP_URL'] },
    jobs: { kind: 'worker', image: 'ghcr.io/acme/jobs', needs: ['redis'] },
    cms: { kind: 'cms', image: 'ghcr.io/acme/cms', route: { host: 'cms' }, needs: ['postgres'] },
    nightly: { kind: 'cron', image: 'ghcr.io/acme/jobs', schedule: '0 3 * * *' },
  },
  datastores: { postgres: 17, redis: 8 },
});

/** The least that makes an environment; what a test is about is laid over it. */
export const anEnvironment = (changes: Partial<EnvironmentInput> = {}): EnvironmentInput =>
  defineEnvironment({
    name: 'test',
    product,
    domain: 'test.acme.example',
    platform: droplet({ region: 'fra1', size: 's-4vcpu-8gb' }),
    github: { repository: 'acme/shop', deployFrom: ['main'] },
    ...changes,
  });

/** Resolved; fails the test when it is not sound. */
export function resolved(changes: Partial<EnvironmentInput> = {}): Environment {
  const { environment, problems } = evaluate(anEnvironment(changes));
  if (environment === undefined) throw new Error(problems.map(({ path, message }) => `${path}: ${message}`).join('\n'));
  return environment;
}

/** Problems as `path: message`, as a person would read them. */
export const problemsOf = (changes: object): string[] =>
  evaluate({ ...anEnvironment(), ...changes }).problems.map(({ path, message }) => `${path}: ${message}`);
