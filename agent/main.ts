import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { desiredKey } from '../contract/desired';
import { Certificates } from './certificates';
import { runAgent } from './agent';
import { Converger } from './converge';
import { Docker } from './docker';
import { host as machine } from './host';
import { pruneImages } from './prune-images';
import { LogShipper } from './logs/shipper';
import { learnSecret, redacted } from '../lib/redact';
import { objectStore, readSettings } from './settings';

const stop = new AbortController();
process.on('SIGTERM', () => stop.abort()).on('SIGINT', () => stop.abort());

// eslint-disable-next-line no-console -- the journal is where the agent speaks
const log = (line: string): void => console.log(redacted(line));
process.on('uncaughtException', (error) => {
  log(error.stack ?? error.message);
  process.exit(1);
});
const settings = readSettings();
learnSecret(settings.secretAccessKey);
const { folder, exchangeBucket } = settings;
const docker = new Docker();
const spaces = objectStore(settings);

void runAgent(
  {
    settings,
    desiredKey,
    log,
    digest: createHash('sha256').update(readFileSync(__filename)).digest('hex'),
    converger: new Converger({ machine, docker, folder, log }),
    certificates: new Certificates(),
    pruneImages: (releases, services, disk) => pruneImages(docker, machine, releases, services, disk, log),
    logs: new LogShipper({
      folder,
      bucket: {
        has: (key) => spaces.has(exchangeBucket, key),
        put: (key, body, contentType) => spaces.put(exchangeBucket, key, body, contentType),
      },
    }),
  },
  stop.signal,
);
