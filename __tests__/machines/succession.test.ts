import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { whyNoMachine } from '../../simulator/machines/requirements';
import { BootedProduct } from '../../bench/booted-product';

const minutes = 60_000;
const why = whyNoMachine();
const suite = why ? describe.skip : describe;

suite(`one machine follows another${why ? ` (skipped: ${why})` : ''}`, () => {
  let product: BootedProduct;
  beforeAll(async () => {
    product = await BootedProduct.deploy();
    await product.setSecret('SMTP_URL', 'smtp://user:canary@mail.acme.example');
    await Promise.all([product.release('web', 'v1'), product.release('api', 'v2')]);
  }, 10 * minutes);
  afterAll(() => (product as BootedProduct | undefined)?.remove(), 2 * minutes);

  let generation = "size: 's-2vcpu-4gb'";
  /** What Terraform and its provisioners said; an apply that fails is part of some tests. */
  async function raise(to: number, onLine?: (line: string) => void): Promise<string[]> {
    const lines: string[] = [];
    const next = `size: 's-2vcpu-4gb', generation: ${to}`;
    await product.apply(
      (workspace) => {
        if (generation !== next) workspace.edit('staging.ts', generation, next);
        generation = next;
      },
      (line) => {
        lines.push(line);
        onLine?.(line);
      },
    );
    return lines;
  }
  const rows = async () => (JSON.parse((await product.get('/api/rows')).body) as { ids: string[] }).ids;
  const droplets = () =>
    Object.values(product.cloud.digitalocean.state.droplets).filter(({ name }) => name === 'asset-archive-staging')
      .length;

  /** Writes rows until it is told to stop, and remembers which were acknowledged; tells how long visitors were without service at most. */
  async function whileWriting<T>(
    prefix: string,
    work: () => Promise<T>,
  ): Promise<{ acknowledged: string[]; gap: number; result: T }> {
    const acknowledged: string[] = [];
    let ended = false;
    let last = performance.now();
    let gap = 0;
    const writer = (async () => {
      for (let id = 0; !ended; id++) {
        const { stdout } = await product.outside([
          'curl',
          '--silent',
          '--max-time',
          '2',
          '--output',
          '/dev/null',
          '--write-out',
          '%{http_code}',
          '--header',
          'content-type: application/json',
          '--data',
          `{"id":"${prefix}-${id}"}`,
          `https://${product.domain}/api/rows`,
        ]);
        if (stdout === '201') {
          acknowledged.push(`${prefix}-${id}`);
          gap = Math.max(gap, performance.now() - last);
          last = performance.now();
        }
        await sleep(100);
      }
    })();
    try {
      const result = await work();
      // what came back has to stay
      await product.until('rows are written again', async () => {
        const count = acknowledged.length;
        await sleep(1_000);
        return acknowledged.length > count;
      });
      return { acknowledged, gap: gap / 1000, result };
    } finally {
      ended = true;
      await writer;
    }
  }

  test(
    'a raised generation: the new machine boots beside the old one, then takes volume, address and releases; no acknowledged row is lost',
    async () => {
      const before = product.machine;
      const { acknowledged, gap, result } = await whileWriting('first', () => raise(2));
      const at = (text: string) => result.findIndex((line) => line.includes(text));
      const order = [
        'generation 2 boots',
        'it is ready',
        'stops its services',
        'the volume is free',
        'data-volume-attachment-2: Creating',
        'generation 2 serves',
        'digitalocean_droplet.machine: Destroying',
      ].map(at);
      expect(order).toEqual([...order].sort((a, b) => a - b));
      expect(order[0]).toBeGreaterThan(-1);
      expect(product.machine).not.toBe(before);
      // booting without the volume is no failure
      expect(await product.on('cloud-init status; systemctl --failed --no-legend')).toBe('status: done');
      expect((await product.get('/')).body).toMatch(/ v1$/m);
      expect((await product.get('/api/v1/health')).status).toBe(200);
      expect(await rows()).toEqual(expect.arrayContaining(acknowledged));
      // docs/machine.md states what to expect; here other machines may boot on the same two cores
      expect(gap).toBeLessThan(180);
      process.stdout.write(`without service for ${gap.toFixed(1)} s\n`);
      expect(droplets()).toBe(1);
      expect((await product.workspace.plan('staging')).changes).toEqual([]);
    },
    5 * minutes,
  );

  /** Ends the program that Terraform runs for this product, as a runner that is taken away does. */
  function kill(program: string): void {
    for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
      try {
        if (
          readlinkSync(`/proc/${pid}/cwd`).startsWith(product.workspace.folder) &&
          readFileSync(`/proc/${pid}/cmdline`, 'utf8')
            .split('\0')
            .some((word) => word.endsWith(program))
        )
          process.kill(Number(pid), 'SIGKILL');
      } catch {
        /* it has ended meanwhile */
      }
    }
  }

  test(
    'an apply that dies on the way is finished by the next one, and nothing is lost',
    async () => {
      const { acknowledged } = await whileWriting('second', async () => {
        const dies = (when: string, program = 'succession.js') =>
          expect(
            raise(3, (line) => {
              if (line.includes(when)) kill(program);
            }),
          ).rejects.toThrow('terraform apply');
        await dies('generation 3 boots');
        // the one before it serves, and the next one is there already
        expect([(await product.get('/api/v1/health')).status, droplets()]).toEqual([200, 2]);
        await dies('stops its services');
        await dies('last heard of', 'await.js');
        await raise(3);
      });
      expect(await rows()).toEqual(expect.arrayContaining(acknowledged));
      expect(droplets()).toBe(1);
      expect((await product.workspace.plan('staging')).changes).toEqual([]);
    },
    10 * minutes,
  );
});
