import { fleetRules } from '../../definition/fleet-rules';
import { droplet } from '../../definition/droplet';
import { resolved } from './an-environment';

const github = { repository: 'acme/shop', deployFrom: ['main'] };
const key = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIL6Vh7bRrTnXyVYV9ZCVfGQ3QpC9XZ4wJ1Zg0m5ZQq0e';

describe('what two environments may not both have is told at the second, with the name of the first', () => {
  test.each([
    ['a domain', {}, {}, ['domain: test.acme.example belongs to "one" already: each environment has a domain of its own']],
    ['buckets', { platform: droplet({ region: 'fra1', size: 's-4vcpu-8gb', bucketPrefix: 'same' }) }, { domain: 'b.acme.example', platform: droplet({ region: 'fra1', size: 's-4vcpu-8gb', bucketPrefix: 'same' }) }, ['platform.bucketPrefix: "one" has the same buckets: choose another prefix']],
    ['the default branch', { github: { ...github, defaultBranch: {} } }, { domain: 'b.acme.example', github: { ...github, defaultBranch: {} } }, ['github.defaultBranch: "one" declares the rules of acme/shop already: one environment does it for all']],
    ['a deploy key', { github: { ...github, deployKeys: { a: { key } } } }, { domain: 'b.acme.example', github: { ...github, deployKeys: { b: { key: `${key} other` } } } }, ['github.deployKeys.b: "one" uses this key already: GitHub takes each key once']],
  ])('%s', (_, first, second, expected) => {
    const problems = fleetRules([resolved({ name: 'one', ...first }), resolved({ name: 'two', ...second })]);
    expect(problems.has('one')).toBe(false);
    expect(problems.get('two')?.map(({ path, message }) => `${path}: ${message}`)).toEqual(expected);
  });

  test('two that share nothing are fine', () => {
    expect(fleetRules([resolved({ name: 'one' }), resolved({ name: 'two', domain: 'b.acme.example' })]).size).toBe(0);
  });
});
