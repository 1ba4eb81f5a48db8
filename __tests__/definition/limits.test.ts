import { generateKeyPairSync } from 'node:crypto';
import { droplet } from '../../definition/droplet';
import { problemsOf, product } from './an-environment';

const platform = { region: 'fra1', size: 's-4vcpu-8gb' } as const;
const github = { repository: 'acme/shop', deployFrom: ['main'] };
const ed25519 = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIL6Vh7bRrTnXyVYV9ZCVfGQ3QpC9XZ4wJ1Zg0m5ZQq0e';
const image = (name: string) => ({ product: { ...product, services: { web: { kind: 'web', image: name } } } });
const ssh = (key: string) => ({ access: { ssh: { from: ['203.0.113.0/24'], keys: { ann: key } } } });

/** So many workers that need Postgres. */
const crowd = (count: number) =>
  Object.fromEntries(
    Array.from({ length: count }, (_, index) => [
      `w${index}`,
      { kind: 'worker' as const, image: 'ghcr.io/acme/jobs', needs: ['postgres' as const] },
    ]),
  );

/** A line of an authorized_keys file for an RSA key of so many bits. */
function rsa(bits: number): string {
  const jwk = generateKeyPairSync('rsa', { modulusLength: bits }).publicKey.export({ format: 'jwk' });
  const part = (bytes: Buffer): Buffer =>
    Buffer.concat([Buffer.from(Uint32Array.of(bytes.length).buffer).reverse(), bytes]);
  const number = (text: string): Buffer => part(Buffer.concat([Buffer.of(0), Buffer.from(text, 'base64url')]));
  return `ssh-rsa ${Buffer.concat([part(Buffer.from('ssh-rsa')), part(Buffer.from(jwk.e!, 'base64url')), number(jwk.n!)]).toString('base64')} ann@home`;
}

describe('what a vendor or the machine refuses is refused before, with what would be right', () => {
  test.each<[string, object, string]>([
    [
      'a label of 64 characters',
      { domain: `${'a'.repeat(64)}.example` },
      'a domain whose labels have at most 63 characters each; "aaaaaaaaaaaa…" has 64',
    ],
    [
      'a domain of more than 253 characters',
      { domain: `${'abcdefg.'.repeat(32)}example` },
      'a domain of at most 253 characters; this has 263',
    ],
    ['a domain in another alphabet', { domain: 'приклад.рф' }, 'a domain in punycode, as DNS has it ("xn--…")'],
    [
      'a label that only looks like punycode',
      { domain: 'ab--c.example' },
      'a domain for which certificates are issued; "ab--c" has "--" at its third place and is no punycode',
    ],
    ['a domain without a dot', { domain: 'localhost' }, 'a domain name in lower case'],
    ['an address for a domain', { domain: '192.0.2.1' }, 'its last label is letters, or punycode'],
    [
      'a host that makes the name too long',
      { domain: `${'abcdefg.'.repeat(30)}example`, services: { cms: { route: { host: 'hostlonger' } } } },
      'of 258 characters; DNS takes 253',
    ],
    [
      'a network that is too small',
      { platform: droplet({ ...platform, ipRange: '10.0.0.0/30' }) },
      'a range from /16 to /28, as DigitalOcean takes',
    ],
    [
      'a network that is too large',
      { platform: droplet({ ...platform, ipRange: '10.0.0.0/15' }) },
      'a range from /16 to /28, as DigitalOcean takes',
    ],
    [
      'a network of public addresses',
      { platform: droplet({ ...platform, ipRange: '198.51.100.0/24' }) },
      'a range of private addresses: within 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16',
    ],
    [
      'a network that does not begin with its first address',
      { platform: droplet({ ...platform, ipRange: '10.1.2.3/24' }) },
      "the range's first address: 10.1.2.0/24",
    ],
    [
      "a network within a range of DigitalOcean's own",
      { platform: droplet({ ...platform, ipRange: '10.244.16.0/20' }) },
      'a range without 10.244.0.0/16, which DigitalOcean keeps to itself',
    ],
    [
      "a network around a range of DigitalOcean's own",
      { platform: droplet({ ...platform, ipRange: '10.246.0.0/16' }) },
      'a range without 10.246.0.0/24, which DigitalOcean keeps to itself',
    ],
    [
      'a standby of a managed database of the smallest size',
      {
        platform: droplet({ ...platform, datastores: { postgres: { managed: { size: 'db-s-1vcpu-1gb', nodes: 2 } } } }),
      },
      'platform.datastores.postgres.managed.nodes: got 2; a size with 1 GB of memory has 1: take it out, or take a larger size',
    ],
    [
      'a standby of a managed Redis of the smallest size',
      { platform: droplet({ ...platform, datastores: { redis: { managed: { size: 'db-s-1vcpu-1gb', nodes: 2 } } } }) },
      'platform.datastores.redis.managed.nodes: got 2; a size with 1 GB of memory has 1',
    ],
    [
      'more services on a managed Postgres than its connections are enough for',
      {
        product: { ...product, services: crowd(6) },
        platform: droplet({
          ...platform,
          size: 's-8vcpu-16gb',
          datastores: { postgres: { managed: { size: 'db-s-1vcpu-1gb' } } },
        }),
      },
      'platform.datastores.postgres.managed.size: got "db-s-1vcpu-1gb", whose 22 connections are enough for 5 services; 6 need Postgres: take a larger size',
    ],
    [
      'an image that climbs',
      image('ghcr.io/../web'),
      'an image repository without tag or digest, like "ghcr.io/acme/web"',
    ],
    ['an image with an empty part', image('ghcr.io//web'), 'an image repository without tag or digest'],
    ['an image with a separator at its end', image('ghcr.io/acme/web-'), 'an image repository without tag or digest'],
    ['an image of more than 255 characters', image(`ghcr.io/${'a'.repeat(250)}`), 'at most 255 characters'],
    [
      'a key that is cut off',
      ssh('ssh-ed25519 AAAA'),
      'a whole OpenSSH public key: what follows "ssh-ed25519" is cut off or damaged',
    ],
    [
      'a key of another type than it says',
      ssh(ed25519.replace('ssh-ed25519', 'ssh-rsa')),
      'a whole OpenSSH public key: what follows "ssh-rsa" is cut off or damaged',
    ],
    ['a key with something behind it', ssh(`${ed25519.slice(0, -2)}AAAA`), 'a whole OpenSSH public key'],
    ['a private key', ssh('-----BEGIN OPENSSH PRIVATE KEY-----'), 'an OpenSSH public key of a type that'],
    [
      'a key of a type that nobody takes any more',
      ssh('ssh-dss AAAA'),
      'an OpenSSH public key of a type that DigitalOcean and GitHub take: ssh-ed25519',
    ],
    [
      'one key for two people',
      { access: { ssh: { from: ['203.0.113.0/24'], keys: { ann: ed25519, bob: `${ed25519} bob` } } } },
      'is the key of "ann" too: DigitalOcean takes each key once',
    ],
    ['two lines of keys', ssh(`${ed25519}\n${ed25519}`), 'an OpenSSH public key on one line'],
    [
      'a branch that is named twice',
      { github: { ...github, deployFrom: ['main', 'main'] } },
      '"main" is named twice: take one out',
    ],
    [
      'a tag that is named twice',
      { github: { ...github, deployFrom: [{ tag: 'v*' }, 'v*', { tag: 'v*' }] } },
      '{"tag":"v*"} is named twice: take one out',
    ],
    [
      'a tag that Git does not take',
      { github: { ...github, deployFrom: [{ tag: 'v..1' }] } },
      'a branch, or a pattern like "release/*"',
    ],
    [
      'a tag that is a number',
      { github: { ...github, deployFrom: [{ tag: 5 }] } },
      'github.deployFrom.0.tag: got 5; a text is needed',
    ],
    [
      'a branch that Git does not take',
      { github: { ...github, deployFrom: ['a..b'] } },
      'a branch, or a pattern like "release/*"',
    ],
    [
      'a user who is named twice, with other capitals',
      { github: { ...github, reviewers: { users: ['ann', 'Ann'] } } },
      '"ann" and "Ann" are the same: take one out',
    ],
    ['a user who is none', { github: { ...github, reviewers: { users: ['@ann'] } } }, 'a GitHub login'],
    [
      'a team with its organization',
      { github: { ...github, reviewers: { teams: ['acme/ops'] } } },
      'a team\'s slug: lower-case letters, digits, "-" and "_", without the organization',
    ],
    [
      "a variable of GitHub's that differs in capitals",
      { github: { ...github, variables: { A: '1', a: '2' } } },
      '"A" and "a" are one name to GitHub',
    ],
    [
      "a secret of GitHub's that differs in capitals",
      { github: { ...github, secrets: ['TOKEN', 'token'] } },
      '"TOKEN" and "token" are the same: take one out',
    ],
    [
      'a variable with the prefix of ours',
      { github: { ...github, variables: { BERTH_REGION: 'x' } } },
      'names that start with BERTH_ are set by this program',
    ],
    [
      'a secret with the prefix of ours',
      { github: { ...github, secrets: ['berth_spaces_access_key_id'] } },
      'names that start with BERTH_ are set by this program',
    ],
    [
      "an empty variable of GitHub's",
      { github: { ...github, variables: { A: '' } } },
      'GitHub takes no empty variable',
    ],
    [
      "a variable of GitHub's that is too large",
      { github: { ...github, variables: { A: 'x'.repeat(49_153) } } },
      '48 KiB at most',
    ],
    [
      "99 variables of GitHub's",
      {
        github: {
          ...github,
          variables: Object.fromEntries(Array.from({ length: 99 }, (_, index) => [`V${index}`, 'x'])),
        },
      },
      "got 99 variables; GitHub takes 100 for an environment, and two of them are this program's own",
    ],
    [
      'a repository that ends with .git',
      { github: { ...github, repository: 'acme/shop.git' } },
      'GitHub takes no name that ends with ".git"',
    ],
    ['a repository called ..', { github: { ...github, repository: 'acme/..' } }, '"owner/name"'],
    [
      'a variable that Linux starts no program with',
      { services: { web: { variables: { A: 'x'.repeat(131_072) } } } },
      'Linux starts no program with a variable of more than 131,072 (execve(2))',
    ],
    [
      'a range of addresses that is named twice',
      { access: { web: { from: ['::/0', '::/0'] } } },
      '"::/0" is named twice',
    ],
    [
      'an e-mail address that is named twice',
      { alerts: { email: ['a@acme.example', 'A@acme.example'] } },
      'are the same: take one out',
    ],
    [
      'a check that is named twice',
      { github: { ...github, defaultBranch: { checks: ['a', 'a'] } } },
      '"a" is named twice',
    ],
    ['a datastore that is named twice', { services: { api: { needs: ['redis', 'redis'] } } }, '"redis" is named twice'],
    [
      'a policy that is acknowledged twice',
      {
        acknowledge: ['2027-01-01', '2027-01-02'].map((until) => ({
          policy: 'backups-off',
          reason: 'short-lived preview',
          until,
        })),
      },
      'is named twice',
    ],
    [
      'a route that browsers do not ask for',
      { services: { api: { route: '/a/../b' } } },
      'a path without "//", "/./" and "/../"',
    ],
    ["the machine's own path", { services: { api: { route: '/healthz/' } } }, 'is where the machine itself answers'],
    [
      'the name of the stack of states',
      { name: 'state' },
      '"state" is the name of the stack that holds the states: take another',
    ],
    ['a name that every object has', { name: 'constructor' }, 'every JavaScript object has a "constructor" of its own'],
    [
      'a key of such a name',
      { github: { ...github, deployKeys: { constructor: { key: ed25519 } } } },
      'cannot be a name here: every JavaScript object has a "constructor" of its own',
    ],
    [
      'a secret of such a name',
      { github: { ...github, secrets: ['toString'] } },
      'every JavaScript object has a "toString" of its own',
    ],
    [
      'a variable of such a name',
      { github: { ...github, variables: { hasOwnProperty: '1' } } },
      'every JavaScript object has a "hasOwnProperty" of its own',
    ],
    [
      'a time to start for what answers no requests',
      { services: { jobs: { startGrace: 60 } } },
      'a worker answers no requests',
    ],
  ])('%s', (_, changes, message) => {
    expect(problemsOf(changes)).toEqual([expect.stringContaining(message)]);
  });

  test.each<[string, object]>([
    ['a top-level domain in punycode', { domain: 'kelp.xn--p1ai' }],
    ['a label of 63 characters', { domain: `${'a'.repeat(63)}.example` }],
    [
      "a network beside a range of DigitalOcean's own",
      { platform: droplet({ ...platform, ipRange: '10.246.1.0/24' }) },
    ],
    [
      'a standby of a managed database with 2 GB',
      {
        platform: droplet({ ...platform, datastores: { postgres: { managed: { size: 'db-s-1vcpu-2gb', nodes: 2 } } } }),
      },
    ],
    [
      'as many services on a managed Postgres as its connections are enough for',
      {
        product: { ...product, services: crowd(5) },
        platform: droplet({
          ...platform,
          size: 's-8vcpu-16gb',
          datastores: { postgres: { managed: { size: 'db-s-1vcpu-1gb' } } },
        }),
      },
    ],
    ['a network of 16 addresses', { platform: droplet({ ...platform, ipRange: '192.168.1.16/28' }) }],
    ['an image with every separator', image('registry.acme.example:5000/a__b/c.d/e---f')],
    ['a key of 2,048 bits', ssh(rsa(2048))],
    [
      'branches that look alike in an address',
      { github: { ...github, deployFrom: ['a/b', 'a-b', 'a_b', 'a b', 'release/*'] } },
    ],
    ['branches and tags', { github: { ...github, deployFrom: ['main', 'v*', { tag: 'v*' }] } }],
    [
      "98 secrets of GitHub's",
      { github: { ...github, secrets: Array.from({ length: 98 }, (_, index) => `S${index}`) } },
    ],
    ['a long variable', { services: { web: { variables: { A: 'x'.repeat(131_000) } } } }],
    [
      'a service that has a name that every object has in capitals',
      {
        product: {
          ...product,
          services: { web: product.services.web, prototype: { kind: 'worker', image: 'ghcr.io/acme/web' } },
        },
      },
    ],
    [
      "a health check of one's own",
      { services: { web: { health: { host: 'localhost:3000', https: false }, startGrace: 600 } } },
    ],
  ])('%s is right', (_, changes) => {
    expect(problemsOf(changes)).toEqual([]);
  });
});
