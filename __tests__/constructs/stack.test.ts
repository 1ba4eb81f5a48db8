import { SpacesBucketObject } from '@cdktf/provider-digitalocean/lib/spaces-bucket-object';
import { Droplet } from '@cdktf/provider-digitalocean/lib/droplet';
import { DigitaloceanProvider } from '@cdktf/provider-digitalocean/lib/provider';
import { Tag } from '@cdktf/provider-digitalocean/lib/tag';
import { Volume } from '@cdktf/provider-digitalocean/lib/volume';
import { ActionsEnvironmentSecret } from '@cdktf/provider-github/lib/actions-environment-secret';
import { GithubProvider } from '@cdktf/provider-github/lib/provider';
import { App } from 'cdktf';
import { Construct } from 'constructs';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Bucket } from '../../constructs/bucket';
import { Stack } from '../../constructs/stack';
import { expression, withReferences } from '../../constructs/terraform-text';

let outdir: string;
beforeAll(() => {
  outdir = mkdtempSync(join(tmpdir(), 'stack-'));
});
afterAll(() => rmSync(outdir, { recursive: true, force: true }));

/** Synthesizes a stack with what is given, and returns its JSON. */
function synth(build: (stack: Stack) => void): Record<string, Record<string, Record<string, Record<string, unknown>>>> {
  const app = new App({ outdir });
  const stack = new Stack(app, 'test');
  new DigitaloceanProvider(stack, 'digitalocean');
  new GithubProvider(stack, 'github', { owner: 'acme' });
  build(stack);
  app.synth();
  return stack.toTerraform() as ReturnType<typeof synth>;
}

const droplet = { name: 'm', size: 's-1vcpu-1gb', image: 'debian-13-x64' };

describe('addresses can be read, and are a contract', () => {
  test('ids on the way are joined, and "Resource" takes its parent\'s name', () => {
    const json = synth((stack) => {
      const machine = new Construct(stack, 'machine');
      new Tag(machine, 'Resource', { name: 'a' });
      new Tag(machine, 'other', { name: 'b' });
    });
    expect(Object.keys(json.resource!.digitalocean_tag!)).toEqual(['machine', 'machine-other']);
  });

  test('two constructs that become one address are an error: cdktf would lose one without a word', () => {
    expect(() =>
      synth((stack) => {
        new Tag(stack, 'a-b', { name: 'first' });
        new Tag(new Construct(stack, 'a'), 'b', { name: 'second' });
      }),
    ).toThrow('"test/a/b" and "test/a-b" both become digitalocean_tag.a-b, and one would be lost: rename one of them');
  });

  test('the same address in two types is fine', () => {
    expect(() =>
      synth((stack) => {
        new Tag(stack, 'machine', { name: 'm' });
        new Droplet(stack, 'machine-droplet', droplet);
      }),
    ).not.toThrow();
  });
});

describe('what cdktf and Terraform would let pass is refused at synth', () => {
  test.each<[string, (stack: Stack) => void, string]>([
    [
      'an upper-cased reference',
      (stack) => {
        const tag = new Tag(stack, 'tag', { name: 'a' });
        new Droplet(stack, 'machine', { ...droplet, name: tag.name.toUpperCase() });
      },
      'digitalocean_droplet.machine.name holds a mangled token',
    ],
    [
      'a reference cut short',
      (stack) => {
        const tag = new Tag(stack, 'tag', { name: 'a' });
        new Droplet(stack, 'machine', { ...droplet, name: tag.name.slice(0, 6) });
      },
      'digitalocean_droplet.machine.name holds a mangled token',
    ],
    [
      'more than 64 KiB of user-data',
      (stack) => {
        new Droplet(stack, 'machine', { ...droplet, userData: 'x'.repeat(65_537) });
      },
      'digitalocean_droplet.machine.user_data takes 65,537 bytes; DigitalOcean takes 65,536',
    ],
    [
      'a secret made before the old one is gone',
      (stack) => {
        new ActionsEnvironmentSecret(stack, 'secret', {
          repository: 'r',
          environment: 'e',
          secretName: 'S',
          lifecycle: { createBeforeDestroy: true },
        });
      },
      'github_actions_environment_secret.secret would be created before its predecessor is destroyed: it cannot exist twice',
    ],
    [
      'a volume that inherits it from what refers to it',
      (stack) => {
        const volume = new Volume(stack, 'volume', { name: 'v', region: 'fra1', size: 1 });
        new Droplet(stack, 'machine', { ...droplet, tags: [volume.name], lifecycle: { createBeforeDestroy: true } });
      },
      'digitalocean_volume.volume would be created before its predecessor is destroyed, because digitalocean_droplet.machine is',
    ],
  ])('%s', (_, build, message) => {
    expect(() => synth(build)).toThrow(message);
  });

  test('64 KiB of user-data to the byte pass', () => {
    expect(() =>
      synth((stack) => {
        new Droplet(stack, 'machine', { ...droplet, userData: 'x'.repeat(65_536) });
      }),
    ).not.toThrow();
  });
});

test('text is text to Terraform wherever it stands, and references are references', () => {
  const json = synth((stack) => {
    const tag = new Tag(stack, 'tag', { name: '${file("/etc/passwd")}' });
    new Droplet(stack, 'machine', {
      ...droplet,
      name: `$${tag.name} %${tag.name} $$${'{'} ${expression('each.key')}`,
      userData: 'echo ${HOME} %{now} $${y} %%{z} $ % %%',
      tags: ['${a}'],
    });
    new SpacesBucketObject(stack, 'object', { bucket: 'b', region: 'fra1', key: 'k', content: 'a ${b}' });
  });
  expect(json.resource!.digitalocean_tag!.tag!.name).toBe('$${file("/etc/passwd")}');
  expect(json.resource!.digitalocean_droplet!.machine).toMatchObject({
    name: '${"$"}${digitalocean_tag.tag.name} ${"%"}${digitalocean_tag.tag.name} ${"$$"}{ ${each.key}',
    user_data: 'echo $${HOME} %%{now} ${"$$"}{y} ${"%%"}{z} $ % %%',
    tags: ['$${a}'],
  });
  expect(json.resource!.digitalocean_spaces_bucket_object!.object!.content).toBe('a $${b}');
});

test('marks become references, whatever these hold', () => {
  expect(withReferences("$&'$1@@K@@", { '@@K@@': "$&$'" })).toBe("$&'$1$&$'");
  expect(() => withReferences('no mark', { '@@KEY@@': 'x' })).toThrow(
    'the rendered text does not hold the mark @@KEY@@',
  );
});

test('a bucket with a new name is another bucket: the provider would rename it in its state alone', () => {
  const json = synth((stack) => {
    new Bucket(stack, 'data', { name: 'first', region: 'fra1', versioning: true, lifecycle: [], protect: true });
  });
  expect(json.resource!.terraform_data!['data-name']!.triggers_replace).toEqual({ name: 'first' });
  expect(json.resource!.digitalocean_spaces_bucket!.data!.lifecycle).toEqual({
    prevent_destroy: true,
    replace_triggered_by: ['terraform_data.data-name'],
  });
});
