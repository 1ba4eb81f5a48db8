import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Places } from '../../agent/machine-facts';
import type { Settings } from '../../agent/settings';
import { createSpaces, type Spaces } from '../../simulator/spaces';

/** The buckets of an environment behind HTTP, with the machine's own key and no more than it grants, and a folder for the agent. */
export class Buckets {
  readonly folder = mkdtempSync(join(tmpdir(), 'agent-'));
  readonly spaces: Spaces = createSpaces({
    keyOf: (accessKey) =>
      accessKey === 'OWNER'
        ? { accessKey, secretKey: 'secret', grants: [{ bucket: '', permission: 'fullaccess' }] }
        : accessKey === 'MACHINE'
          ? {
              accessKey,
              secretKey: 'secret',
              grants: [
                { bucket: 'config', permission: 'read' },
                { bucket: 'exchange', permission: 'readwrite' },
                { bucket: 'backups', permission: 'readwrite' },
              ],
            }
          : undefined,
  });
  /** Each request that came, as `GET /config/desired.yaml 200`. */
  readonly requests: string[] = [];
  /** Cuts every connection, as a network that is gone does. */
  away = false;
  /** Answers with this in place of every object, under the object's own ETag: as a path that breaks what it carries. */
  mangled?: string;
  private readonly server = http.createServer((request, response) => {
    if (this.away) return void request.socket.destroy();
    if (this.mangled !== undefined) {
      const [, bucket, key] = /^\/([^/]+)\/(.*)$/.exec(request.url ?? '')!;
      return void this.spaces
        .get(bucket!, key!)
        .then((object) => response.writeHead(200, { etag: `"${object!.etag}"` }).end(this.mangled));
    }
    response.on('close', () => this.requests.push(`${request.method} ${request.url} ${response.statusCode}`));
    this.spaces.listener(request, response);
  });

  async start(): Promise<this> {
    for (const bucket of ['config', 'exchange', 'backups']) this.spaces.createBucket(bucket, 'fra1');
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    return this;
  }

  get endpoint(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  get settings(): Settings {
    return {
      endpoint: this.endpoint,
      configBucket: 'config',
      exchangeBucket: 'exchange',
      backupsBucket: 'backups',
      accessKeyId: 'MACHINE',
      secretAccessKey: 'secret',
      generation: 1,
      volume: 'data',
      folder: join(this.folder, 'state'),
    };
  }

  /** What whoever deploys has. */
  get owner(): Pick<Settings, 'endpoint' | 'accessKeyId' | 'secretAccessKey'> {
    return { endpoint: this.endpoint, accessKeyId: 'OWNER', secretAccessKey: 'secret' };
  }

  /** A machine's facts, as files of the test's own. */
  places(changes: Partial<Places> & { mounted?: boolean } = {}): Places {
    const { mounted = true, ...rest } = changes;
    const volume = join(this.folder, 'volume');
    mkdirSync(volume, { recursive: true });
    writeFileSync(
      join(this.folder, 'mounts'),
      mounted ? `/dev/sda ${volume} ext4 rw 0 0\n` : '/dev/vda / ext4 rw 0 0\n',
    );
    writeFileSync(
      join(this.folder, 'meminfo'),
      'MemTotal:        4026532 kB\nMemFree:          200000 kB\nMemAvailable:    1228800 kB\n',
    );
    writeFileSync(join(this.folder, 'machine-id'), 'one\n');
    return {
      machineId: join(this.folder, 'machine-id'),
      volume,
      mounts: join(this.folder, 'mounts'),
      memory: join(this.folder, 'meminfo'),
      rebootRequired: join(this.folder, 'reboot-required'),
      exists: () => false,
      docker: () => Promise.resolve('26.1.5 active'),
      ...rest,
    };
  }

  /** A machine that follows begins with an empty disk. */
  forget(): void {
    rmSync(this.settings.folder, { recursive: true, force: true });
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
    rmSync(this.folder, { recursive: true, force: true });
  }
}
