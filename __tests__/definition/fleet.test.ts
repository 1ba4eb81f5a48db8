import { fleetRules } from '../../definition/fleet-rules';
import { droplet } from '../../definition/droplet';
import { product, resolved } from './an-environment';

const github = { repository: 'acme/shop', deployFrom: ['main'] };
const key = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIL6Vh7bRrTnXyVYV9ZCVfGQ3QpC9XZ4wJ1Zg0m5ZQq0e';

describe('what two environments may not both have is told at the second, with the name of the first', () => {
  test.each([
    [
      'a domain',
      {},
      {},
      ['domain: test.acme.example belongs to "one" already: each environment has a domain of its own'],
    ],
    [
      'buckets',
      { platform: droplet({ region: 'fra1', size: 's-4vcpu-8gb', bucketPrefix: 'same' }) },
      { domain: 'b.acme.example', platform: droplet({ region: 'fra1', size: 's-4vcpu-8gb', bucketPrefix: 'same' }) },
      ['platform.bucketPrefix: makes the bucket "same-config", which "one" has already: choose another prefix'],
    ],
    [
      'the default branch',
      { github: { ...github, defaultBranch: {} } },
      { domain: 'b.acme.example', github: { ...github, defaultBranch: {} } },
      ['github.defaultBranch: "one" declares the rules of acme/shop already: one environment does it for all'],
    ],
    [
      'a deploy key',
      { github: { ...github, deployKeys: { a: { key } } } },
      { domain: 'b.acme.example', github: { ...github, deployKeys: { b: { key: `${key} other` } } } },
      ['github.deployKeys.b: "one" uses this key already: GitHub takes each key once'],
    ],
    [
      'the default branch of a repository that is written otherwise',
      { github: { ...github, defaultBranch: {} } },
      { domain: 'b.acme.example', github: { repository: 'Acme/Shop', deployFrom: ['main'], defaultBranch: {} } },
      ['github.defaultBranch: "one" declares the rules of Acme/Shop already: one environment does it for all'],
    ],
    [
      'a name, whatever the repository',
      { name: 'same' },
      { name: 'same', domain: 'b.acme.example', github: { ...github, repository: 'acme/other' } },
      ['name: another file has an environment of this name already: take another'],
    ],
    [
      'names of resources, which product and environment make together',
      { name: 'b-c', product: { ...product, name: 'a' } },
      { name: 'c', product: { ...product, name: 'a-b' }, domain: 'b.acme.example' },
      ['name: makes resources called "a-b-c" (product "a-b"), and so does "b-c": take another name'],
    ],
  ])('%s', (_, first, second, expected) => {
    const [one, two] = fleetRules([resolved({ name: 'one', ...first }), resolved({ name: 'two', ...second })]);
    expect(one).toEqual([]);
    expect(two!.map(({ path, message }) => `${path}: ${message}`)).toEqual(expected);
  });

  test('two that share nothing are fine', () => {
    expect(fleetRules([resolved({ name: 'one' }), resolved({ name: 'two', domain: 'b.acme.example' })])).toEqual([
      [],
      [],
    ]);
  });
});

test("the bucket of all states is no environment's own", () => {
  const [problems] = fleetRules([resolved({ name: 'one' })], { bucket: 'shop-one-backups', region: 'fra1' });
  expect(problems).toEqual([
    {
      path: 'platform.bucketPrefix',
      message: 'makes the bucket "shop-one-backups", which "environments/state.ts" has already: choose another prefix',
    },
  ]);
});
