import { defineProduct } from '../definition/product';

/** What runs, everywhere: in each environment and on a laptop. */
export const product = defineProduct({
  name: 'asset-archive',
  services: {
    web: {
      kind: 'web',
      image: 'ghcr.io/acme/asset-archive-web',
      route: '/',
      variables: { NEXT_TELEMETRY_DISABLED: '1' },
    },
    api: {
      kind: 'api',
      image: 'ghcr.io/acme/asset-archive-api',
      route: '/api',
      health: '/api/v1/health',
      streaming: true,
      needs: ['postgres', 'redis'],
      secrets: ['SMTP_URL'],
    },
    worker: {
      kind: 'worker',
      image: 'ghcr.io/acme/asset-archive-worker',
      needs: ['postgres', 'redis'],
    },
    cms: {
      kind: 'cms',
      image: 'ghcr.io/acme/asset-archive-cms',
      route: { host: 'cms' },
      needs: ['postgres'],
    },
    report: {
      kind: 'cron',
      image: 'ghcr.io/acme/asset-archive-api',
      command: ['python', '-m', 'asset_archive.report'],
      schedule: '0 3 * * *',
      needs: ['postgres'],
    },
  },
  // the api hands the worker its jobs through it
  datastores: { postgres: 17, redis: { version: 8, shared: true } },
});
