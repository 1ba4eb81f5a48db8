import { ComposeControl } from '../../bench/rollout-control';
import { failuresOf } from '../../bench/rollout-load';
import { rollOut } from '../../bench/rollouts';
import { whyNoMachine } from '../../simulator/machines/requirements';
import { BootedProduct } from '../../bench/booted-product';

const minutes = 60_000;
const why = whyNoMachine();
const suite = why ? describe.skip : describe;
// gentle: other tests share the cores, and nothing here is about how long an answer takes
const pressure = { connections: 4, rate: 100 };

suite(`rollouts under load${why ? ` (skipped: ${why})` : ''}`, () => {
  let product: BootedProduct;
  beforeAll(async () => {
    product = await BootedProduct.deploy();
    await product.release('web', 'v1');
  }, 10 * minutes);
  afterAll(() => (product as BootedProduct | undefined)?.remove(), 2 * minutes);

  test(
    'three releases in a row fail no request and close no connection, and visitors come to each version',
    async () => {
      const { load, released } = await rollOut(product, ['v2', 'v3', 'v4'], pressure);
      expect(released.map(({ tag, state }) => [tag, state])).toEqual([
        ['v2', 'healthy'],
        ['v3', 'healthy'],
        ['v4', 'healthy'],
      ]);
      expect({ failed: load.failed, examples: load.examples, connections: load.connections }).toEqual({
        failed: { socket: 0, status: 0, body: 0 },
        examples: [],
        connections: pressure.connections,
      });
      expect(Object.keys(load.versions).sort()).toEqual(['v1', 'v2', 'v3', 'v4']);
      expect(load.requests).toBeGreaterThan(500);
    },
    5 * minutes,
  );

  test(
    'a slow release is waited for: nobody is sent to it before it is healthy',
    async () => {
      const { load, released } = await rollOut(product, ['slow'], pressure);
      expect(released).toMatchObject([{ state: 'healthy' }]);
      expect({ failed: load.failed, examples: load.examples }).toEqual({
        failed: { socket: 0, status: 0, body: 0 },
        examples: [],
      });
      expect(Object.keys(load.versions)).toContain('slow');
    },
    5 * minutes,
  );

  test(
    'the same load on `docker compose up -d` does fail requests: this proof can see them',
    async () => {
      const control = await ComposeControl.start(product, 'v1');
      const load = await control.replace(['v2', 'v3'], pressure);
      expect(failuresOf(load)).toBeGreaterThan(0);
      expect(Object.keys(load.versions)).toEqual(expect.arrayContaining(['v1', 'v2', 'v3']));
    },
    5 * minutes,
  );
});
