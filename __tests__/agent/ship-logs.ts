import { Journal } from '../../agent/logs/journal';
import { usualLimits } from '../../agent/logs/batch';
import { LogShipper } from '../../agent/logs/shipper';

/** A process that ships a journal to a bucket behind plain HTTP and ends when nothing is waiting: to be killed by a test. */
const { url, folder, command, entries } = JSON.parse(process.argv[2]!) as {
  url: string;
  folder: string;
  command: string[];
  entries: number;
};

const call = async (method: string, key: string, body?: Buffer): Promise<boolean> =>
  (await fetch(url + key, { method, body: body && new Uint8Array(body) })).ok;

const shipper = new LogShipper({
  folder,
  journal: new Journal(command),
  limits: { ...usualLimits, entries },
  bucket: {
    has: (key) => call('HEAD', key),
    async put(key, body) {
      if (!(await call('PUT', key, body))) throw new Error('the bucket refused');
    },
  },
});

void (async () => {
  while (await shipper.ship());
})();
