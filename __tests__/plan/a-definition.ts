import { droplet } from '../../definition/droplet';
import { defineEnvironment, type EnvironmentInput } from '../../definition/environment';
import { evaluate } from '../../definition/evaluate';
import { resolveLayers } from '../../definition/resolve';
import type { ReviewOptions } from '../../plan/review';
import { product } from '../definition/an-environment';

/** The environment that the real plans are of, as its file would stand. */
const file = `import { product } from './product';

export const staging = defineEnvironment({
  name: 'staging',
  product,
  domain: 'staging.acme.example',
  platform: droplet({
    region: 'fra1',
    size: 's-2vcpu-4gb',
    generation: 2,
  }),
  services: { api: { memory: 384 }, cms: false },
});
`;

export const today = '2026-11-21';

/** What a review is given beside the plan. */
export function staging(changes: Partial<EnvironmentInput> = {}): ReviewOptions {
  const input = defineEnvironment({
    name: 'staging',
    product: { ...product, name: 'asset-archive' },
    domain: 'staging.acme.example',
    platform: droplet({ region: 'fra1', size: 's-2vcpu-4gb', generation: 2 }),
    services: { api: { memory: 384 }, cms: false },
    github: { repository: 'acme/asset-archive', deployFrom: ['main'] },
    ...changes,
  });
  const { environment, problems } = evaluate(input);
  if (!environment) throw new Error(JSON.stringify(problems));
  return {
    environment: 'staging',
    today,
    definition: {
      tag: environment.names.tag,
      acknowledge: environment.acknowledge,
      text: { environment: { file: 'environments/staging.ts', text: file }, sources: resolveLayers(input).sources },
    },
  };
}
