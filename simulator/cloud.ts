import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { account as processAccount, type Account, keptAccount } from './account';
import { developmentOverrides, withOverrides } from './development-overrides';
import { createDigitalOcean, type DigitalOcean } from './digitalocean';
import { type Fault, withFaults } from './faults';
import { createGitHub, type GitHub } from './github';
import { Fleet } from './machines/fleet';
import { eventually, type VirtualHost } from './machines/virtual-host';
import { buildStandInImages, createRegistry, registryHosts, type StandInImages } from './registry';
import { privateFolder } from './private-folder';
import { defaultSeed, parseSeed, type SeedInput } from './seed';
import type { Service } from './service';
import { createSpaces, type Spaces } from './spaces';
import { serveStandIns } from './terraform/serve';

export interface CloudOptions {
  /** Where the cloud is kept between two calls; it forgets everything when absent. */
  readonly folder?: string;
  /** Calls that go wrong. */
  readonly faults?: readonly Fault[];
  /** `stand-in`: nothing is downloaded. `registry`: the published provider binaries, as Terraform's own CLI configuration finds them. */
  readonly providers?: 'stand-in' | 'registry';
  /** Stands between the listeners and the services: to write down calls, or to judge them. */
  readonly around?: (service: Service) => Service;
  /** What is there from the beginning: users, repositories, domains …; `defaultSeed` when absent. */
  readonly seed?: SeedInput;
  /** Variables of the caller's own for commands inside. */
  readonly variables?: Readonly<Record<string, string>>;
  /** Makes a machine of every droplet, which boots its user-data for real: on Linux, as root. */
  readonly boot?: boolean;
  /** Called with a line about each step that takes long. */
  readonly say?: (line: string) => void;
}

/** DigitalOcean, Spaces and GitHub, in this process and on the loopback interface only. */
export interface Cloud {
  /** What opens it. */
  readonly account: Account;
  readonly digitalocean: DigitalOcean;
  readonly spaces: Spaces;
  readonly github: GitHub;
  /** The machines, where droplets are more than records. */
  readonly fleet?: Fleet;
  /** What they can pull. */
  readonly images?: Promise<StandInImages>;
  /** What a command needs in its environment to live in this cloud. Nothing in it opens anything real. */
  env(): Record<string, string>;
  close(): Promise<void>;
}

export async function startCloud({
  folder,
  faults = [],
  providers = 'stand-in',
  around = (service) => service,
  seed: given = defaultSeed,
  variables = {},
  boot = false,
  say,
}: CloudOptions = {}): Promise<Cloud> {
  const seed = parseSeed(given, 'the seed');
  const account = folder === undefined ? processAccount : keptAccount(privateFolder(folder));
  const keep = (file: string) => folder && join(folder, file);
  let fleet: Fleet | undefined;
  const digitalocean = createDigitalOcean({
    account,
    seed,
    file: keep('digitalocean.json'),
    changed: () => fleet?.follow(),
  });
  const spaces = createSpaces({ folder: keep('spaces'), keyOf: (accessKey) => digitalocean.spacesKey(accessKey) });
  const github = createGitHub({ account, seed, file: keep('github.json') });

  const faulty = (service: Service) => withFaults([...faults], around(service));
  const listen = (service: Service) => serve(faulty(service));
  let images: Promise<StandInImages> | undefined;
  const hosts = (certificate: string): VirtualHost[] => {
    images = buildStandInImages({ certificate, named: seed.images });
    // the first time of all they take a minute to build, which nobody waits for but who pulls
    images.catch((error: Error) => say?.(`there are no images to pull: ${error.message}`));
    return [
      {
        names: registryHosts,
        listener: eventually(images.then((built) => createRegistry(built, { passwords: [account.githubToken] }))),
      },
    ];
  };
  if (boot)
    fleet = await Fleet.open(digitalocean.state, {
      spaces: faulty(spaces).listener,
      hosts,
      folder: keep('machines'),
      say,
    });
  const [api, storage, hub] = await Promise.all([listen(digitalocean), listen(spaces), listen(github)]);
  const standIns =
    providers === 'registry'
      ? undefined
      : await serveStandIns({
          digitalocean: {
            apiUrl: api.url,
            token: account.digitaloceanToken,
            spaces: { host: '127.0.0.1', port: storage.port, ...account.spaces },
          },
          github: { baseUrl: `${hub.url}/`, token: account.githubToken },
        });

  const scratch = mkdtempSync(join(tmpdir(), 'simulator-'));
  const backend = join(scratch, 'backend.tfbackend');
  writeFileSync(backend, `endpoints = { s3 = "${storage.url}" }\nuse_path_style = true\n`);
  const emptyConfig = join(scratch, 'terraformrc');
  writeFileSync(emptyConfig, '');

  const overridden = providers === 'registry' ? withOverrides(developmentOverrides(), scratch) : {};
  const fixed: Record<string, string> = {
    DIGITALOCEAN_TOKEN: account.digitaloceanToken,
    DIGITALOCEAN_ACCESS_TOKEN: account.digitaloceanToken,
    DIGITALOCEAN_API_URL: api.url,
    SPACES_ACCESS_KEY_ID: account.spaces.accessKey,
    SPACES_SECRET_ACCESS_KEY: account.spaces.secretKey,
    // the real provider speaks to BUCKET.REGION.…, which resolves nowhere: HTTP_PROXY leads it here
    SPACES_ENDPOINT_URL: 'http://{{.Region}}.spaces.test',
    GITHUB_TOKEN: account.githubToken,
    GITHUB_BASE_URL: `${hub.url}/`,
    GITHUB_API_URL: hub.url,
    ...(seed.repositories[0] && { GITHUB_REPOSITORY: seed.repositories[0].name }),
    AWS_ACCESS_KEY_ID: account.spaces.accessKey,
    AWS_SECRET_ACCESS_KEY: account.spaces.secretKey,
    AWS_ENDPOINT_URL_S3: storage.url,
    AWS_REGION: 'us-east-1',
    AWS_EC2_METADATA_DISABLED: 'true',
    // nobody's own profiles
    AWS_CONFIG_FILE: emptyConfig,
    AWS_SHARED_CREDENTIALS_FILE: emptyConfig,
    AWS_REQUEST_CHECKSUM_CALCULATION: 'when_required',
    AWS_RESPONSE_CHECKSUM_VALIDATION: 'when_required',
    CHECKPOINT_DISABLE: '1',
    // the backend in the JSON stays what it is in production; only init learns of another endpoint
    TF_CLI_ARGS_init: `-reconfigure -backend-config=${backend}`,
    ...variables,
  };
  return {
    account,
    digitalocean,
    spaces,
    github,
    ...(fleet && { fleet, images }),
    env: () => ({
      ...fixed,
      ...(standIns
        ? { ...standIns.env, TF_CLI_CONFIG_FILE: emptyConfig }
        : { HTTP_PROXY: storage.url, http_proxy: storage.url, ...overridden }),
    }),
    async close() {
      await fleet?.close();
      await standIns?.close();
      await Promise.all([api, storage, hub].map((server) => server.close()));
      rmSync(scratch, { recursive: true, force: true });
    },
  };
}

async function serve({ listener }: Service): Promise<{ url: string; port: number; close(): Promise<void> }> {
  const server = http.createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
