import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cloudWithState, Deployment, everything } from './deployed';

/** A mirror that holds providers of our own under the published names: what is tried is the way to them, not what they do. */
function mirror(folder: string): string {
  const platform = `${process.platform}_${process.arch === 'x64' ? 'amd64' : process.arch}`;
  for (const [source, version] of [['digitalocean/digitalocean', '2.71.0'], ['integrations/github', '6.9.0']] as const) {
    const name = source.split('/')[1]!;
    const place = join(folder, 'registry.terraform.io', source, version, platform);
    mkdirSync(place, { recursive: true });
    const file = join(place, `terraform-provider-${name}_v${version}`);
    writeFileSync(file, `#!/bin/sh\nTMPDIR="${tmpdir()}" SOCKETS="${folder}" exec "${process.execPath}" --require "${require.resolve('tsx/cjs')}" "${join(__dirname, 'plugin/provider.ts')}" ${name}\n`);
    chmodSync(file, 0o755);
  }
  const config = join(folder, 'terraformrc');
  writeFileSync(config, `provider_installation {\n  filesystem_mirror {\n    path = "${folder}"\n  }\n}\n`);
  return config;
}

test('`--providers registry` takes the binaries that Terraform\'s own configuration names, and they find the rehearsed cloud', async () => {
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
}, 120_000);
