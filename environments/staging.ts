import { droplet } from '../definition/droplet';
import { defineEnvironment } from '../definition/environment';
import { product } from './product';

export const staging = defineEnvironment({
  name: 'staging',
  product,
  domain: 'staging.acme.example',
  platform: droplet({ region: 'fra1', size: 's-2vcpu-4gb' }),
  services: {
    web: { replicas: 1 },
    api: { replicas: 1, variables: { LOG_LEVEL: 'debug' } },
  },
  github: {
    repository: 'acme/asset-archive',
    deployFrom: ['main'],
  },
});
