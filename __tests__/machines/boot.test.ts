import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parse } from 'yaml';
import { startCloud } from '../../scenario/cloud';
import { bootMachine, type Machine } from '../../simulator/machines/machine';
import { type Network, openNetwork } from '../../simulator/machines/network';
import { whyNoMachine } from '../../simulator/machines/requirements';
import { cacheFolder, machineRoot } from '../../simulator/machines/root';
import { createVolumeImage, type VolumeImage } from '../../simulator/machines/volume-image';
import { createSpaces } from '../../simulator/spaces';
import { apiOf } from './rehearsed-api';
import { noTraces, traces } from './traces';

// the very text that the golden holds, with every package installed from the mirror: minutes, once
const userData = readFileSync(join(__dirname, '../templates/golden/user-data.yaml'), 'utf8');
const minutes = 60_000;
const why = whyNoMachine();
const suite = why ? describe.skip : describe;

suite(`a Debian 13 machine${why ? ` (skipped: ${why})` : ''}`, () => {
  let folder: string;
  let network: Network;
  let machine: Machine;
  let bare: Machine;
  let volume: VolumeImage;
  const spaces = createSpaces({
    keyOf: (key) =>
      key === 'ACCESS'
        ? { accessKey: key, secretKey: 'SECRET', grants: [{ bucket: 'shop-test-config', permission: 'read' }] }
        : undefined,
  });
  const at = (host: number) => ({
    network,
    publicAddress: `203.0.113.${host}`,
    privateAddress: `10.10.0.${host}`,
    privateNetmask: '255.255.240.0',
  });

  const say = async (where: Machine, command: string): Promise<string> => {
    const { code, output } = await where.run(['sh', '-c', command]);
    return code === 0 ? output.trim() : `${output.trim()} (exit ${code})`;
  };
  /** Asked again once it has ended: whoever waits is told of a unit that failed before cloud-init has written down what did. */
  const cloudInit = async (where: Machine): Promise<Record<string, unknown>> => {
    await where.run(['cloud-init', 'status', '--wait']);
    return JSON.parse((await where.run(['cloud-init', 'status', '--format', 'json'])).stdout) as Record<
      string,
      unknown
    >;
  };
  const active = (where: Machine, unit: string): Promise<string> => say(where, `systemctl is-active ${unit} || true`);

  beforeAll(async () => {
    await machineRoot();
    folder = mkdtempSync(join(cacheFolder(), 'test-'));
    spaces.createBucket('shop-test-config', 'fra1');
    network = await openNetwork({ spaces: spaces.listener });
    volume = { name: 'shop-test-data', file: join(folder, 'volume.img') };
    await createVolumeImage(volume, 1, 'ext4');
    machine = await bootMachine({
      name: 'shop-test',
      userData,
      folder: join(folder, 'machine'),
      volumes: [volume],
      ...at(2),
    });
    bare = await bootMachine({ name: 'shop-bare', userData, folder: join(folder, 'bare'), ...at(3) });
  }, 10 * minutes);

  afterAll(async () => {
    await Promise.all([machine, bare].map((each: Machine | undefined) => each?.destroy()));
    await (network as Network | undefined)?.close();
    rmSync(folder, { recursive: true, force: true });
  }, minutes);

  test(
    'cloud-init has nothing to complain about',
    async () => {
      const { status, errors, recoverable_errors: warnings } = await cloudInit(machine);
      expect({ status, errors, warnings }).toEqual({ status: 'done', errors: [], warnings: {} });
    },
    15 * minutes,
  );

  test('every package it was told of is installed', async () => {
    const { packages } = parse(userData) as { packages: string[] };
    const states = await say(
      machine,
      `dpkg-query --show --showformat '\${db:Status-Abbrev}\\n' ${packages.join(' ')} | sort -u`,
    );
    expect(states).toBe('ii');
  });

  test('the data volume is mounted, and nothing has failed', async () => {
    expect(await say(machine, 'findmnt --noheadings --raw --output FSTYPE,OPTIONS /mnt/data')).toBe(
      'ext4 rw,noatime,discard',
    );
    expect(await say(machine, 'systemctl --failed --no-legend')).toBe('');
  });

  test('docker logs to the journal and is a swarm of one ready node', async () => {
    expect(
      await say(machine, "docker info --format '{{.LoggingDriver}} {{.Swarm.LocalNodeState}} {{.Swarm.Nodes}}'"),
    ).toBe('journald active 1');
    expect(await say(machine, "docker node ls --format '{{.Status}} {{.ManagerStatus}}'")).toBe('Ready Leader');
  });

  test('the agent is fetched from Spaces over TLS, and tried again while the bucket holds none', async () => {
    expect(await say(machine, 'systemctl show berth-agent --property=SubState --value')).toMatch(
      /^(auto-restart|running|start)$/,
    );
    expect(await say(machine, 'journalctl --unit berth-agent --output cat')).toContain(
      'the bucket shop-test-config holds no agent yet',
    );
    await spaces.put(
      'shop-test-config',
      'agent/agent.js',
      'console.log("the agent is here"); setInterval(() => {}, 1000);\n',
    );
    await spaces.put(
      'shop-test-config',
      'agent/agent.js.sha256',
      `${await say(machine, 'printf \'console.log("the agent is here"); setInterval(() => {}, 1000);\\n\' | sha256sum')}\n`,
    );
    await say(
      machine,
      'systemctl restart berth-agent; for i in $(seq 100); do journalctl -u berth-agent -o cat | grep -q here && break; sleep 0.2; done',
    );
    expect(await say(machine, 'journalctl --unit berth-agent --output cat')).toContain('the agent is here');
  });

  test.each([
    [
      'sysctl -n net.ipv4.conf.all.rp_filter net.ipv4.conf.all.accept_redirects net.ipv4.tcp_syncookies | tr "\\n" " "',
      '2 0 1',
    ],
    [
      'sshd -T | grep -E "^(passwordauthentication|kbdinteractiveauthentication|maxauthtries|logingracetime) " | sort | tr "\\n" " "',
      'kbdinteractiveauthentication no logingracetime 20 maxauthtries 3 passwordauthentication no',
    ],
    ['systemctl show docker --property=LogRateLimitBurst --value', '20000'],
    ['test -d /var/log/journal/$(cat /etc/machine-id) && echo kept', 'kept'],
    ['stat --format "%a %U" /etc/berth/spaces.curlrc', '600 root'],
    ['docker network ls --quiet --filter driver=overlay | wc -l', '1'],
  ])('the setting is in force: %s', async (command, expected) => {
    expect(await say(machine, command)).toBe(expected);
  });

  test('nothing but the simulated cloud and Debian can be reached from it', async () => {
    const status = (url: string) =>
      say(machine, `curl --silent --output /dev/null --write-out '%{http_code}' --max-time 3 ${url} || true`);
    expect(await status('http://mirrors.digitalocean.com/debian/dists/trixie/Release')).toBe('200');
    expect(await status('https://shop-test-config.fra1.digitaloceanspaces.com/')).toBe('403');
    expect(await status('http://mirrors.digitalocean.com/other/')).toBe('403');
    expect(await status('https://example.com/')).toBe('000');
    expect(await status('http://192.0.2.1/')).toBe('000');
  });

  const snapshot = () =>
    say(
      machine,
      [
        'find /etc /usr/local /var/lib/berth /root -xdev -type f -print0 | sort -z | xargs -0 sha256sum | sha256sum',
        'pidof dockerd redis-server',
        "docker info --format '{{.Swarm.NodeID}}'",
        'findmnt --noheadings --raw /mnt/data',
      ].join('; '),
    );

  test('a second run of the boot script changes nothing and stops nothing', async () => {
    const first = await snapshot();
    expect(await say(machine, '/usr/local/lib/berth/boot >/dev/null 2>&1 && echo ok')).toBe('ok');
    expect(await snapshot()).toBe(first);
  });

  test(
    'it comes back from a reboot, and from having been switched off',
    async () => {
      const node = await say(machine, "docker info --format '{{.Swarm.NodeID}}'");
      for (const again of [
        () => machine.reboot(),
        async () => {
          await machine.powerOff();
          expect(machine.leader()).toBeUndefined();
          await machine.powerOn();
        },
      ]) {
        await again();
        expect(await say(machine, 'systemctl is-system-running --wait')).toBe('running');
        expect(
          await say(
            machine,
            "findmnt --noheadings --output TARGET /mnt/data; docker info --format '{{.Swarm.LocalNodeState}} {{.Swarm.NodeID}}'",
          ),
        ).toBe(`/mnt/data\nactive ${node}`);
      }
    },
    5 * minutes,
  );

  test(
    'without its volume nothing that writes data starts, everything else does, and cloud-init tells',
    async () => {
      expect(await cloudInit(bare)).toMatchObject({ status: 'error', errors: [expect.stringContaining('runcmd')] });
      expect(await say(bare, 'journalctl --unit berth-volume --output cat')).toContain(
        'the volume shop-test-data is not attached',
      );
      expect(await active(bare, 'redis-server berth-volume docker berth-swarm')).toBe(
        'inactive\nfailed\nactive\nactive',
      );
      expect(await say(bare, 'ls -A /mnt/data /var/lib/postgresql/17 2>/dev/null || true')).toBe('');
      expect(await say(bare, 'journalctl --unit berth-agent --output cat')).toMatch(
        /holds no agent yet|the agent is here/,
      );
    },
    20 * minutes,
  );

  test(
    'what was written to the volume is there on the machine that follows, which may be given it late',
    async () => {
      await say(machine, 'echo precious > /mnt/data/kept');
      await machine.destroy();
      await bare.attach(volume);
      expect(await say(bare, 'systemctl start berth-volume && cat /mnt/data/kept')).toBe('precious');
    },
    2 * minutes,
  );

  test(
    'a droplet of the rehearsed account is such a machine, and does what becomes of the record',
    async () => {
      const cloud = await startCloud({ boot: true });
      try {
        const { call, act } = apiOf(cloud);
        const {
          volume: { id: kept },
        } = await call<{ volume: { id: string } }>('POST', 'volumes', {
          name: 'kept',
          region: 'fra1',
          size_gigabytes: 1,
          filesystem_type: 'ext4',
        });
        const create = async (name: string): Promise<number> => {
          const wanted = {
            name,
            region: 'fra1',
            size: 's-1vcpu-1gb',
            image: 'debian-13-x64',
            user_data: '#cloud-config\nruncmd: [[touch, /root/was-here]]\n',
            volumes: [kept],
          };
          return (await call<{ droplet: { id: number } }>('POST', 'droplets', wanted)).droplet.id;
        };
        const device = '/dev/disk/by-id/scsi-0DO_Volume_kept';

        const first = await create('first');
        expect(await cloud.fleet!.booted()).toEqual([
          { name: 'first', status: 'done', errors: [], seconds: expect.any(Number) },
        ]);
        expect(
          await say(
            cloud.fleet!.machine(first)!,
            `hostname; ls /root; mount ${device} /mnt && echo precious >/mnt/kept`,
          ),
        ).toBe('first\nwas-here');
        await act(`droplets/${first}`, { type: 'power_off' });
        expect(cloud.fleet!.machine(first)!.leader()).toBeUndefined();
        await act(`droplets/${first}`, { type: 'power_on' });
        expect(await say(cloud.fleet!.machine(first)!, 'ls /root; findmnt /mnt || echo unmounted')).toBe(
          'was-here\nunmounted',
        );
        const before = cloud.fleet!.machine(first)!.leader();
        await act(`droplets/${first}`, { type: 'reboot' });
        expect(cloud.fleet!.machine(first)!.leader()).not.toBe(before);
        await act(`volumes/${kept}`, { type: 'resize', size_gigabytes: 2 });
        expect(await say(cloud.fleet!.machine(first)!, `blockdev --getsize64 ${device}`)).toBe(String(2 * 1024 ** 3));
        await act(`volumes/${kept}`, { type: 'detach', droplet_id: first });
        expect(await say(cloud.fleet!.machine(first)!, 'ls /dev/disk/by-id')).toBe('');

        const second = await create('second');
        await call('DELETE', `droplets/${first}`);
        await cloud.fleet!.booted();
        expect(cloud.fleet!.machine(first)).toBeUndefined();
        expect(await say(cloud.fleet!.machine(second)!, `mount ${device} /mnt && cat /mnt/kept`)).toBe('precious');
      } finally {
        await cloud.close();
      }
    },
    5 * minutes,
  );

  test(
    'nothing stays on this host, even when the rehearsal is killed in the middle: no mount, link, namespace, loop device, control group or process',
    async () => {
      const ours = (network: string, ...names: string[]) => ({
        folders: [folder, network],
        machines: names.map((name) => join(folder, name)),
      });
      const both = ours(dirname(network.certificateFile), 'machine', 'bare');
      expect(traces(both)).not.toEqual(noTraces);
      await Promise.all([machine.destroy(), bare.destroy()]);
      await network.close();
      expect(traces(both)).toEqual(noTraces);

      const script = `require('./simulator/machines/network').openNetwork({ spaces: () => {} }).then((network) => require('./simulator/machines/machine').bootMachine({
      name: 'killed', userData: '#cloud-config\\n{}\\n', network, folder: '${join(folder, 'killed')}', publicAddress: '203.0.113.4', privateAddress: '10.10.0.4', privateNetmask: '255.255.240.0',
      volumes: [{ name: 'kept', file: '${volume.file}' }] }).then(() => console.log(network.certificateFile)))`;
      const child = spawn(process.execPath, ['--require', require.resolve('tsx/cjs'), '-e', script], {
        cwd: join(__dirname, '../..'),
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      const file = await new Promise<Buffer>((resolve) => child.stdout.once('data', resolve));
      const killed = ours(dirname(String(file).trim()), 'killed');
      expect(traces(killed)).toMatchObject({ loops: 1 });
      child.kill('SIGKILL');
      for (let waited = 0; waited < 60 && JSON.stringify(traces(killed)) !== JSON.stringify(noTraces); waited++)
        await sleep(500);
      expect(traces(killed)).toEqual(noTraces);
      rmSync(killed.folders[1]!, { recursive: true });
    },
    2 * minutes,
  );
});
