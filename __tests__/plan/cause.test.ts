import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Source } from '../../definition/layers';
import { readEnvironments } from '../../definition/load';
import { resolveLayers } from '../../definition/resolve';
import { type Cause, locator } from '../../plan/cause';
import { propertyLines } from '../../plan/source-lines';

const root = join(__dirname, '../..');

test('properties are found by path, through calls, and past texts, comments and lists', () => {
  const lines = propertyLines(`// name: 'not this'
const other = helper({ name: 'nor this' });
export const shop = defineEnvironment({
  name: 'shop', /* domain: 'x' */ domain: 'a:b, {c}',
  product,
  platform: droplet({
    region: 'fra1',
    volume: { size: 20 },
    'generation': 4,
  }),
  services: {
    api: { variables: { 'A-B': \`x: \${1}
      more: text\`, C: '"' } },
    web: false,
  },
  acknowledge: [{ policy: 'x', reason: 'y' }],
  access: { ssh: { from: ['0.0.0.0/0'] } },
});
export const more = defineEnvironment({ name: 'second', late: 1 });
`);
  expect(Object.fromEntries(lines)).toEqual({
    name: 4,
    domain: 4,
    product: 5,
    platform: 6,
    'platform.region': 7,
    'platform.volume': 8,
    'platform.volume.size': 8,
    'platform.generation': 9,
    services: 11,
    'services.api': 12,
    'services.api.variables': 12,
    'services.api.variables.A-B': 12,
    'services.api.variables.C': 13,
    'services.web': 14,
    acknowledge: 16,
    access: 17,
    'access.ssh': 17,
    'access.ssh.from': 17,
    late: 19,
  });
});

test.each([
  '',
  'defineEnvironment({',
  '}}}})))]]]',
  'defineEnvironment({ a: "never ends',
  'defineEnvironment({ ...rest, [key]: 1 })',
])('a text that is not what it expects is no error: %j', (text) => {
  expect(() => propertyLines(text)).not.toThrow();
});

describe("in this project's own files", () => {
  const files = readEnvironments(join(root, 'environments'), root);
  const read = (file: string) => ({ file, text: readFileSync(join(root, file), 'utf8') });
  const locate = (name: string) => {
    const { file, input } = files.find((one) => one.input.name === name)!;
    return locator({
      environment: read(file),
      product: read('environments/product.ts'),
      sources: resolveLayers(input).sources,
    });
  };
  const line = (file: string, text: string): number =>
    read(file)
      .text.split('\n')
      .findIndex((one) => one.includes(text)) + 1;

  test.each<[string, string, string, string, string, Source]>([
    [
      'a value of the environment',
      'production',
      'services.api.memory',
      'environments/production.ts',
      'api: { memory: 512 }',
      'environment',
    ],
    [
      'a value within a call',
      'production',
      'platform.volume.size',
      'environments/production.ts',
      'volume: { size: 100 }',
      'environment',
    ],
    [
      'a value of the product',
      'production',
      'services.api.streaming',
      'environments/product.ts',
      'streaming: true',
      'product',
    ],
    [
      'a part of a value that is written as a whole',
      'production',
      'services.cms.route.host',
      'environments/product.ts',
      "route: { host: 'cms' }",
      'product',
    ],
    [
      'a default, by the object that it would stand in',
      'production',
      'platform.generation',
      'environments/production.ts',
      'platform: droplet({',
      'default',
    ],
  ])('%s', (_, name, path, file, text, source) => {
    expect(locate(name)([path])).toEqual({ path, file, line: line(file, text), source } satisfies Cause);
  });

  test('of several places the first that somebody wrote is told', () => {
    expect(locate('production')(['platform.bucketPrefix', 'name'])).toMatchObject({
      path: 'name',
      line: line('environments/production.ts', "name: 'production'"),
    });
  });

  test('without a place nothing is told', () => expect(locate('production')([])).toBeUndefined());
});
