import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Project } from '../cli/project';
import { startCloud } from '../../scenario/cloud';
import { cloudWithState, Deployment, everything } from './deployed';

const published = [
  ['digitalocean/digitalocean', '2.71.0'],
  ['integrations/github', '6.9.0'],
] as const;

/** Providers of our own under the published names: what is tried is the way to them, not what they do. */
function provider(name: string, file: string, folder: string): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(
    file,
    `#!/bin/sh\nTMPDIR="${tmpdir()}" SOCKETS="${folder}" exec "${process.execPath}" --require "${require.resolve('tsx/cjs')}" "${join(__dirname, 'plugin/provider.ts')}" ${name}\n`,
  );
  chmodSync(file, 0o755);
}

function configured(folder: string, installation: string): string {
  const config = join(folder, 'terraformrc');
  writeFileSync(config, `provider_installation {\n${installation}\n}\n`);
  return config;
}

/** A mirror that holds them. */
function mirror(folder: string): string {
  const platform = `${process.platform}_${process.arch === 'x64' ? 'amd64' : process.arch}`;
  for (const [source, version] of published) {
    const name = source.split('/')[1]!;
    provider(
      name,
      join(folder, 'registry.terraform.io', source, version, platform, `terraform-provider-${name}_v${version}`),
      folder,
    );
  }
  return configured(folder, `  filesystem_mirror {\n    path = "${folder}"\n  }`);
}

/** Development overrides, and nowhere anything to download. */
function overrides(folder: string): string {
  const lines = published.map(([source]) => {
    const name = source.split('/')[1]!;
    provider(name, join(folder, name, `terraform-provider-${name}`), folder);
    return `    "${source}" = "${join(folder, name)}"`;
  });
  mkdirSync(join(folder, 'empty'));
  return configured(
    folder,
    `  dev_overrides {\n    # ours\n${lines.join('\n')}\n  }\n  filesystem_mirror {\n    path = "${join(folder, 'empty')}"\n  }`,
  );
}

test("`--providers registry` takes the binaries that Terraform's own configuration names, and they find the rehearsed cloud", async () => {
  const folder = mkdtempSync(join(tmpdir(), 'published-'));
  const cloud = await cloudWithState({ providers: 'registry' });
  const deployment = new Deployment();
  const outside = { ...process.env };
  // the plugins' sockets go with the folder; Terraform would want them to speak TLS
  Object.assign(process.env, { TF_CLI_CONFIG_FILE: mirror(folder), TF_DISABLE_PLUGIN_TLS: '1', TMPDIR: folder });
  try {
    deployment.synth(everything());
    expect(cloud.env()).not.toHaveProperty('TF_REATTACH_PROVIDERS');
    const init = await deployment.succeed(cloud, ['init', '-no-color']);
    expect(init).toContain('Installing digitalocean/digitalocean v2.71.0');
    const applied = await deployment.apply(cloud);
    expect(applied).toMatch(/Apply complete! Resources: \d+ added, 0 changed, 0 destroyed\./);
    expect(await deployment.pending(cloud)).toBe('');
    expect(Object.values(cloud.digitalocean.state.droplets)).toHaveLength(1);
  } finally {
    process.env = outside;
    await cloud.close();
    deployment.remove();
    rmSync(folder, { recursive: true, force: true });
  }
}, 300_000);

test('`--providers registry` works with development overrides where nothing can be downloaded, from `berth bootstrap` on', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'published-'));
  const outside = { ...process.env };
  // the plugins' sockets go with the folder; Terraform would want them to speak TLS
  Object.assign(process.env, { TF_CLI_CONFIG_FILE: overrides(folder), TF_DISABLE_PLUGIN_TLS: '1', TMPDIR: folder });
  const cloud = await startCloud({ providers: 'registry' });
  const deployment = new Deployment();
  const project = new Project();
  try {
    const { code, output } = await project.berth(['bootstrap'], { ...cloud.env(), CI: '1' });
    expect([code, code === 0 ? '' : output]).toEqual([0, '']);
    expect(cloud.spaces.buckets()).toEqual([
      expect.objectContaining({ name: 'asset-archive-state', versioning: 'Enabled' }),
    ]);

    cloud.spaces.createBucket('shop-state');
    deployment.synth(everything());
    await deployment.succeed(cloud, ['init', '-no-color']);
    expect(await deployment.apply(cloud)).toMatch(/Apply complete! Resources: \d+ added, 0 changed, 0 destroyed\./);
    expect(await deployment.pending(cloud)).toBe('');
  } finally {
    process.env = outside;
    await cloud.close();
    deployment.remove();
    project.remove();
    rmSync(folder, { recursive: true, force: true });
  }
}, 300_000);
