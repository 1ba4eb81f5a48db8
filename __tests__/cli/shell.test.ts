import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Cloud, startCloud } from '../../scenario/cloud';
import { controlSocket, sandboxFolder } from '../../scenario/sandbox';
import { insideMachine, leaderOf } from '../../simulator/machine-shell';
import { run } from '../../simulator/process';
import { Project, root } from './project';

let project: Project;
beforeEach(() => {
  project = new Project();
});
afterEach(async () => {
  while (existsSync(controlSocket(sandboxFolder(project.folder)))) await sleep(20);
  project.remove();
});

const berth = join(root, 'bin/berth.js');

describe('in a rehearsed cloud', () => {
  test('without machines it says how to get some', async () => {
    const { code, output } = await project.berth(['sandbox', '--', process.execPath, berth, 'shell', 'staging']);
    expect([code, output]).toEqual([
      1,
      'droplets are records in this sandbox, not machines: npx berth sandbox --boot -- … boots them\n',
    ]);
  });

  test('a rehearsal that is no sandbox has no machine to enter', async () => {
    expect(await project.berth(['shell', 'staging'], { BERTH_REHEARSAL: '1' })).toMatchObject({
      code: 1,
      output: 'this rehearsal has no machine to enter: npx berth sandbox --boot -- npx berth shell …\n',
    });
  });

  const droplet = (status: string) =>
    ({
      state: {
        droplets: { 6: { id: 6, name: 'shop-test', status: 'off' }, 7: { id: 7, name: 'shop-test', status } },
        volumes: { v: { droplet: 7 } },
      },
    }) as unknown as Cloud['digitalocean'];
  const fleet = (leaders: (number | undefined)[]) =>
    ({ machine: () => ({ leader: () => leaders.shift() }) }) as unknown as NonNullable<Cloud['fleet']>;

  test("a machine is known by its droplet's name, and waited for while it is made", async () => {
    expect(await leaderOf({ digitalocean: droplet('active'), fleet: fleet([undefined, 4711]) }, 'shop-test')).toBe(
      4711,
    );
    await expect(leaderOf({ digitalocean: droplet('active'), fleet: fleet([]) }, 'shop-other')).rejects.toThrow(
      'there is no droplet shop-other: create it first',
    );
    await expect(leaderOf({ digitalocean: droplet('off'), fleet: fleet([]) }, 'shop-test')).rejects.toThrow(
      'shop-test is switched off',
    );
  });

  test("the command gets nothing of this environment's, and its words as they are", async () => {
    const [, ...words] = insideMachine(
      1,
      ['sh', '-c', 'echo "$HOME|$PWD|$1|${SECRET-none}"', 'sh', 'two  words'],
      'xterm',
    );
    // nsenter itself is tried on a booted machine (__tests__/machines/logs.test.ts)
    const [file, ...args] = words.slice(words.indexOf('--') + 1);
    expect(args).toContain('HOME=/root');
    // an ordinary user may not enter root's folder
    const here = args.map((word) => (word === 'HOME=/root' ? 'HOME=/usr' : word));
    expect((await run(file!, here, { cwd: '/', env: { SECRET: 'canary' } })).stdout).toBe(
      '/usr|/usr|two  words|none\n',
    );
  });
});

describe('on a real machine', () => {
  let cloud: Cloud;
  beforeEach(async () => {
    cloud = await startCloud();
    // the command line as SSH's far end would read it
    project.tool('ssh', '#!/bin/sh\necho "$1"; shift; [ "$1" = -- ] && shift; eval "$*"\n');
  });
  afterEach(() => cloud.close());

  const env = (): NodeJS.ProcessEnv => ({ ...cloud.env(), BERTH_REHEARSAL: '' });
  const makeDroplet = async (name: string, more: object = {}): Promise<string> => {
    const { DIGITALOCEAN_API_URL: url, DIGITALOCEAN_TOKEN: token } = cloud.env();
    const call = (path: string, body?: object) =>
      fetch(`${url}/v2/${path}`, {
        method: body ? 'POST' : 'GET',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: body && JSON.stringify(body),
      });
    const { droplet } = (await (
      await call('droplets', { name, region: 'fra1', size: 's-1vcpu-1gb', image: 'debian-13-x64', ...more })
    ).json()) as { droplet: { id: number } };
    const found = (await (await call(`droplets/${droplet.id}`)).json()) as {
      droplet: { networks: { v4: { type: string; ip_address: string }[] } };
    };
    return found.droplet.networks.v4.find(({ type }) => type === 'public')!.ip_address;
  };

  test("it goes by SSH to the droplet's public address; words stay words, and the exit code is the command's", async () => {
    const address = await makeDroplet('asset-archive-production');
    const { code, output } = await project.berth(
      [
        'shell',
        'production',
        '--',
        'sh',
        '-c',
        'printf "%s|" "$@"; exit 7',
        'sh',
        'two  words',
        "it's",
        '$HOME',
        '--flag',
      ],
      env(),
    );
    expect([code, output]).toEqual([7, `root@${address}\ntwo  words|it's|$HOME|--flag|`]);
    expect(await project.berth(['shell', 'production', 'echo', '-n', 'plain'], env())).toMatchObject({
      code: 0,
      output: `root@${address}\nplain`,
    });
    expect(await project.berth(['shell', 'production'], env())).toMatchObject({ code: 0, output: `root@${address}\n` });
  });

  test('while a machine follows another, it goes to the one that has the volume', async () => {
    const { DIGITALOCEAN_API_URL: url, DIGITALOCEAN_TOKEN: token } = cloud.env();
    const made = await fetch(`${url}/v2/volumes`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ name: 'data', region: 'fra1', size_gigabytes: 1 }),
    });
    const { volume } = (await made.json()) as { volume: { id: string } };
    await makeDroplet('asset-archive-production');
    const address = await makeDroplet('asset-archive-production', { volumes: [volume.id] });
    expect(await project.berth(['shell', 'production', 'true'], env())).toMatchObject({
      code: 0,
      output: `root@${address}\n`,
    });
  });

  test('what is in the way is told, with what to do about it', async () => {
    expect(await project.berth(['shell', 'staging'], env())).toMatchObject({
      code: 1,
      output: [
        'staging does not open SSH: say under access.ssh in environments/staging.ts from where, and with which keys, and deploy.',
        'A machine reads its keys when it is made: raise platform.generation with them, which replaces it.',
        'Without SSH: npx berth status staging, npx berth logs staging',
        '',
      ].join('\n'),
    });
    expect(await project.berth(['shell', 'production'], env())).toMatchObject({
      code: 1,
      output: 'there is no droplet asset-archive-production: deploy it first\n',
    });
    expect(await project.berth(['shell', 'production'])).toMatchObject({
      code: 1,
      output:
        'DIGITALOCEAN_TOKEN is not set: a token that may read droplets (scope "droplet:read") tells the machine\'s address\n',
    });
    expect(await project.berth(['shell', 'nowhere'])).toMatchObject({
      code: 1,
      output: 'there is no environment "nowhere"; there are: production, staging\n',
    });
  });
});
