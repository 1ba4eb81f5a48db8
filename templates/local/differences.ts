/** Where a laptop differs from a machine on purpose; everything else is the same, and a test compares it field by field. */
export const differences: Readonly<Record<string, string>> = {
  image: 'a tag (TAG, else "latest") on a laptop; on a machine the digest that a release decided',
  replicas: 'one of each on a laptop',
  route: 'a port of localhost on a laptop; the domain, through the proxy and with TLS, on a machine',
  schedule: 'a cron job runs on a laptop when it is asked to: docker compose run --rm NAME',
  credentials: 'a password that everybody knows on a laptop; born on the machine and kept there on a machine',
  datastores:
    'containers with a named volume on a laptop, and one database of Redis without users for all services; Debian packages with their data on the volume, or managed, on a machine, and a database of Redis for each service unless they share one',
  secrets: 'from .env on a laptop; sealed to the machine on a machine',
  backups: 'none on a laptop',
};
