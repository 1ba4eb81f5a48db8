import { droplet } from '../definition/droplet';
import { defineEnvironment } from '../definition/environment';
import { product } from './product';

export const production = defineEnvironment({
  name: 'production',
  product,
  domain: 'acme.example',
  platform: droplet({
    region: 'fra1',
    size: 's-4vcpu-8gb',
    volume: { size: 100 },
    backups: 'daily',
    datastores: { postgres: { managed: { size: 'db-s-1vcpu-2gb', nodes: 2 } } },
  }),
  services: {
    api: { memory: 512 },
    worker: { replicas: 2 },
  },
  access: {
    ssh: {
      from: ['203.0.113.7/32'],
      keys: {
        operations:
          'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIL6Vh7bRrTnXyVYV9ZCVfGQ3QpC9XZ4wJ1Zg0m5ZQq0e operations@acme.example',
      },
    },
  },
  github: {
    repository: 'acme/asset-archive',
    deployFrom: ['main'],
    reviewers: { teams: ['platform'] },
    preventSelfReview: true,
    secrets: ['SENTRY_AUTH_TOKEN'],
    defaultBranch: { approvals: 1, checks: ['check'] },
  },
  backups: { keepDays: 30 },
  alerts: { email: ['ops@acme.example'] },
});
