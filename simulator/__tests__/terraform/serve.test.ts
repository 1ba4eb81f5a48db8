import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { serveStandIns, type StandInOptions } from '../../terraform/serve';
import { Workspace } from './workspace';

jest.setTimeout(60_000);

const options: StandInOptions = {
  digitalocean: {
    apiUrl: 'http://127.0.0.1:1',
    token: 't',
    spaces: { host: '127.0.0.1', port: 1, accessKey: 'a', secretKey: 's' },
  },
  github: { baseUrl: 'http://127.0.0.1:1', token: 't' },
};
interface Entry {
  Pid: number;
  Addr: { String: string };
}

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

test('nothing is left behind: no socket, no folder, no process', async () => {
  const standIns = await serveStandIns(options);
  const entries = Object.entries(JSON.parse(standIns.env.TF_REATTACH_PROVIDERS) as Record<string, Entry>);
  // Sources without a host: OpenTofu would look for these in a registry of its own otherwise.
  expect(entries.map(([source]) => source)).toEqual(['digitalocean/digitalocean', 'integrations/github']);
  const [[, { Pid: pid, Addr: address }]] = entries;
  expect([pid === process.pid, isAlive(pid), existsSync(address.String)]).toEqual([false, true, true]);
  await standIns.close();
  expect([isAlive(pid), existsSync(dirname(address.String))]).toEqual([false, false]);
});

test('two rehearsals at once do not meet', async () => {
  const [one, two] = await Promise.all([serveStandIns(options), serveStandIns(options)]);
  expect(one.env.TF_REATTACH_PROVIDERS).not.toBe(two.env.TF_REATTACH_PROVIDERS);
  await Promise.all([one.close(), two.close()]);
});

test('init installs nothing, and Terraform accepts the schemas of both providers', async () => {
  const standIns = await serveStandIns(options);
  const workspace = new Workspace(() => ({ ...standIns.env }));
  try {
    workspace.write({
      terraform: {
        required_providers: {
          digitalocean: { source: 'digitalocean/digitalocean', version: '2.71.0' },
          github: { source: 'integrations/github', version: '6.9.0' },
        },
      },
      provider: { digitalocean: {}, github: { owner: 'acme', app_auth: [] } },
    });
    await workspace.ok('init', '-input=false');
    await workspace.ok('validate');
    const schemas = JSON.parse(await workspace.ok('providers', 'schema', '-json')) as {
      provider_schemas: Record<string, { resource_schemas: object; data_source_schemas: object }>;
    };
    const counts = Object.entries(schemas.provider_schemas).map(
      ([source, { resource_schemas: resources, data_source_schemas: data }]) => [
        source,
        Object.keys(resources).length,
        Object.keys(data).length,
      ],
    );
    expect(counts).toEqual([
      ['registry.terraform.io/digitalocean/digitalocean', 28, 17],
      ['registry.terraform.io/integrations/github', 9, 6],
    ]);
  } finally {
    workspace.close();
    await standIns.close();
  }
});

test('what the stand-ins do not have is said by name', async () => {
  const standIns = await serveStandIns(options);
  const workspace = new Workspace(() => ({ ...standIns.env }));
  try {
    workspace.write({
      terraform: { required_providers: { digitalocean: { source: 'digitalocean/digitalocean' } } },
      resource: { digitalocean_loadbalancer: { a: { name: 'a', region: 'fra1' } } },
    });
    const { code, output } = await workspace.run('validate');
    expect(code).toBe(1);
    expect(output).toContain('digitalocean_loadbalancer');
  } finally {
    workspace.close();
    await standIns.close();
  }
});
