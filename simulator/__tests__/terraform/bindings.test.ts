import { existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { derive } from '../../terraform/bindings';
import { withFacts } from '../../terraform/facts';
import { toProtocol } from '../../terraform/schema';

const bindings = ['@cdktf/provider-digitalocean', '@cdktf/provider-github'];
const modules = (name: string) => {
  const lib = join(dirname(require.resolve(`${name}/package.json`)), 'lib');
  return readdirSync(lib).filter((module) => existsSync(join(lib, module, 'index.js')));
};

test('the structure of everything in the bindings can be derived, so the next resource needs its facts only', () => {
  const failed: string[] = [];
  for (const name of bindings) {
    for (const module of modules(name)) {
      try {
        derive(name, module);
      } catch (error) {
        failed.push(`${module}: ${(error as Error).message}`);
      }
    }
  }
  expect(failed).toEqual([]);
});

test('a resource is derived with its types, its flags and its blocks', () => {
  const { type, providerVersion, block } = derive(bindings[0], 'spaces-bucket');
  expect([type, providerVersion]).toEqual(['digitalocean_spaces_bucket', '2.71.0']);
  expect(Object.keys(block.attributes).sort()).toEqual([
    'acl',
    'bucket_domain_name',
    'endpoint',
    'force_destroy',
    'id',
    'name',
    'region',
    'urn',
  ]);
  expect(block.attributes.name).toEqual({ type: 'string', required: true, optional: false, computed: false });
  expect(block.attributes.id).toEqual({ type: 'string', required: false, optional: true, computed: true });
  expect(block.blocks.versioning).toMatchObject({ nesting: 'list', max: 1 });
  const rule = block.blocks.lifecycle_rule;
  expect(rule).toMatchObject({
    nesting: 'list',
    max: 0,
    block: { attributes: { enabled: { type: 'bool', required: true } } },
  });
  expect(rule.block.blocks.expiration).toMatchObject({
    nesting: 'set',
    max: 1,
    block: { attributes: { days: { type: 'number' } } },
  });
});

test.each([
  ['digitalocean', 'firewall', 'droplet_ids', ['set', 'number']],
  [
    'digitalocean',
    'firewall',
    'pending_changes',
    ['list', ['object', { droplet_id: 'number', removing: 'bool', status: 'string' }]],
  ],
  ['digitalocean', 'spaces-bucket-object', 'metadata', ['map', 'string']],
  ['digitalocean', 'droplet', 'price_hourly', 'number'],
  [
    'digitalocean',
    'data-digitalocean-images',
    'images',
    ['list', ['object', expect.objectContaining({ regions: ['set', 'string'], id: 'number' })]],
  ],
  ['github', 'data-github-user', 'gpg_keys', ['list', 'string']],
])('the type of %s %s.%s is told as Terraform takes it', (vendor, module, attribute, type) => {
  expect(derive(`@cdktf/provider-${vendor}`, module).block.attributes[attribute].type).toEqual(type);
});

test("the provider's own block is derived, with the block that has no class", () => {
  const { block } = derive('@cdktf/provider-github', 'provider');
  expect(block.attributes.owner).toMatchObject({ type: 'string', optional: true });
  expect(block.blocks.app_auth).toMatchObject({
    nesting: 'list',
    max: 1,
    block: { attributes: { id: { required: true } } },
  });
});

test('a fact about something that the bindings do not have is refused, so that an upgrade is noticed', () => {
  const { block } = derive(bindings[0], 'volume');
  expect(() => withFacts(block, { forceNew: ['nmae'] }, 'volume')).toThrow(
    /^volume: its facts name nmae, which the bindings do not have; they have .*name/,
  );
  expect(() => withFacts(block, { check: { 'name.inner': () => undefined } }, 'volume')).toThrow('name.inner');
  expect(withFacts(block, { forceNew: ['name'] }, 'volume').attributes.name.forceNew).toBe(true);
  expect(block.attributes.name.forceNew).toBeUndefined();
});

test('in strict mode what is optional is shown as computed too, since defaults are planned for it', () => {
  const { block } = derive(bindings[0], 'tag');
  const shown = (strict: boolean) =>
    (toProtocol(block, strict) as { attributes: { name: string; computed: boolean }[] }).attributes.find(
      (one) => one.name === 'name',
    );
  expect([shown(false)?.computed, shown(true)?.computed]).toEqual([false, false]);
  const acl = withFacts(derive(bindings[0], 'spaces-bucket').block, {}, 'x');
  const computed = (strict: boolean) =>
    (toProtocol(acl, strict) as { attributes: { name: string; computed: boolean }[] }).attributes.find(
      (one) => one.name === 'acl',
    )?.computed;
  expect([computed(false), computed(true)]).toEqual([false, true]);
});
