import { droplet } from '../definition/droplet';
import { definePreviews } from '../definition/previews';
import { product } from './product';

/** What the label "preview" gives a pull request, for three days after its last push. */
export const previews = definePreviews({
  hours: 72,
  environment: (name) => ({
    name,
    product,
    domain: `${name}.preview.acme.example`,
    platform: droplet({ region: 'fra1', size: 's-2vcpu-4gb', volume: { size: 10 }, backups: 'off' }),
    stage: 'development',
    services: {
      web: { replicas: 1 },
      // nobody sets secrets for an environment of three days
      api: { replicas: 1, secrets: [] },
    },
    github: { repository: 'acme/asset-archive', deployFrom: ['main'] },
  }),
});
