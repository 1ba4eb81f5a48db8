import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type Cloud, startCloud } from '../../scenario/cloud';
import type { Machine } from '../../simulator/machines/machine';
import { whyNoMachine } from '../../simulator/machines/requirements';
import { cacheFolder } from '../../simulator/machines/root';
import { apiOf, type RehearsedApi } from './rehearsed-api';
import { noTraces, traces } from './traces';

const minutes = 60_000;
const why = whyNoMachine();
const suite = why ? describe.skip : describe;

// a web server that gets its certificate as in production, and a plain one beside it
const userData = `#cloud-config
package_update: true
packages: [caddy, curl, ssl-cert]
write_files:
  - path: /etc/caddy/Caddyfile
    content: |
      shop.test {
        respond "{system.hostname} answers {remote_host}"
      }
  - path: /etc/systemd/system/plain.service
    content: |
      [Service]
      ExecStart=python3 -m http.server 8080 --directory /etc/skel
runcmd:
  - systemctl start plain
`;

suite(`the world around machines${why ? ` (skipped: ${why})` : ''}`, () => {
  let folder: string;
  let cloud: Cloud;
  let api: RehearsedApi;
  let one: Machine;
  let two: Machine;
  const ids: Record<string, number> = {};
  const addresses: Record<string, Record<'public' | 'private', string>> = {};
  let reserved: string;

  const out = async (...command: string[]): Promise<string> => {
    const { code, output } = await cloud.fleet!.network.outside(command);
    return code === 0 ? output.trim() : `${output.trim()} (exit ${code})`;
  };
  const curl = (url: string, ...options: string[]): Promise<string> =>
    out('curl', '--silent', '--output', '/dev/null', '--write-out', '%{http_code}', '--max-time', '2', ...options, url);
  const reached = '200';
  const silence = '000 (exit 28)';
  const unknown = '000 (exit 6)';
  const untrusted = '000 (exit 60)';
  const get = "curl --silent --output /dev/null --write-out '%{http_code}' --max-time";
  const within = async (machine: Machine, command: string): Promise<string> =>
    (await machine.run(['sh', '-c', command])).output.trim();
  const create = async (name: string): Promise<void> => {
    const { droplet } = await api.call<{ droplet: { id: number } }>('POST', 'droplets', {
      name,
      region: 'fra1',
      size: 's-1vcpu-1gb',
      image: 'debian-13-x64',
      user_data: userData,
      tags: ['web'],
    });
    ids[name] = droplet.id;
    const { public_ip: outer, private_ip: inner } = cloud.digitalocean.state.droplets[droplet.id]!;
    addresses[name] = { public: outer, private: inner };
  };

  /** A connection to port 8080 that stands, and is used when it is told to. */
  const connected = async (address: string): Promise<{ ask(): Promise<string> }> => {
    const folder = mkdtempSync(join(tmpdir(), 'berth-world-'));
    const script = `import os, socket, time
s = socket.create_connection(("${address}", 8080), 3)
print("connected", flush=True)
while not os.path.exists("${folder}/now"): time.sleep(0.05)
s.send(b"GET / HTTP/1.0\\r\\n\\r\\n")
try: print(s.recv(15).decode())
except TimeoutError as error: print(error)`;
    let answer: Promise<string> | undefined;
    await new Promise<void>((resolve, reject) => {
      answer = cloud
        .fleet!.network.outside(['python3', '-c', script], {
          onLine: (line) => {
            if (line === 'connected') resolve();
          },
        })
        .then(({ output }) => output.trim().split('\n').at(-1)!);
      answer.then(() => reject(new Error('not connected')), reject);
    });
    return {
      ask() {
        writeFileSync(join(folder, 'now'), '');
        return answer!.finally(() => rmSync(folder, { recursive: true }));
      },
    };
  };

  beforeAll(async () => {
    folder = mkdtempSync(join(cacheFolder(), 'test-'));
    cloud = await startCloud({ boot: true, folder });
    api = apiOf(cloud);
    await create('one');
    await create('two');
    ({
      reserved_ip: { ip: reserved },
    } = await api.call<{ reserved_ip: { ip: string } }>('POST', 'reserved_ips', { region: 'fra1' }));
    await api.call('POST', 'domains', { name: 'shop.test', ip_address: reserved });
    await api.act(`reserved_ips/${reserved}`, { type: 'assign', droplet_id: ids.one });
    const reports = await cloud.fleet!.booted();
    expect(reports.map(({ name, status, errors }) => ({ name, status, errors }))).toEqual(
      ['one', 'two'].map((name) => ({ name, status: 'done', errors: [] })),
    );
    [one, two] = ['one', 'two'].map((name) => cloud.fleet!.machine(ids[name]!)!) as [Machine, Machine];
  }, 10 * minutes);

  afterAll(async () => {
    await (cloud as Cloud | undefined)?.close();
    rmSync(folder, { recursive: true, force: true });
  }, minutes);

  test(
    'a visitor gets to the machine by the name that its domain has, with a certificate got by ACME',
    async () => {
      const answer = await out(
        'curl',
        '--silent',
        '--show-error',
        '--retry',
        '20',
        '--retry-all-errors',
        '--retry-delay',
        '1',
        'https://shop.test/',
      );
      expect(answer).toMatch(/one answers 203\.0\.113\.254$/);
      expect(await curl('https://shop.test/', '--cacert', '/etc/ssl/certs/ca-certificates.crt')).toBe(untrusted);
    },
    minutes,
  );

  test('a record that is changed leads elsewhere at once, and one that is gone nowhere', async () => {
    const {
      domain_record: { id },
    } = await api.call<{ domain_record: { id: number } }>('POST', 'domains/shop.test/records', {
      type: 'A',
      name: 'plain',
      data: addresses.two!.public,
      ttl: 300,
    });
    expect(await out('getent', 'ahostsv4', 'plain.shop.test')).toContain(`${addresses.two!.public} `);
    await api.call('PUT', `domains/shop.test/records/${id}`, { data: reserved });
    expect(await out('getent', 'ahostsv4', 'plain.shop.test')).toContain(`${reserved} `);
    await api.call('DELETE', `domains/shop.test/records/${id}`);
    expect(await curl('http://plain.shop.test/')).toBe(unknown);
  });

  test(
    'machines reach each other, by all addresses, and themselves by their reserved one; nobody else reaches a private one',
    async () => {
      const from = (machine: Machine, url: string) => within(machine, `${get} 2 ${url}`);
      expect(await from(two, `http://${addresses.one!.public}:8080/`)).toBe(reached);
      expect(await from(two, `http://${addresses.one!.private}:8080/`)).toBe(reached);
      expect(await from(two, `http://${reserved}:8080/`)).toBe(reached);
      expect(await from(one, `http://${reserved}:8080/`)).toBe(reached);
      expect(await curl(`http://${addresses.one!.public}:8080/`)).toBe(reached);
      expect(await curl(`http://${addresses.one!.private}:8080/`)).toBe(silence);
    },
    minutes,
  );

  test(
    'a firewall is in force with the answer, for what comes in and what goes out, and not any more when it is gone',
    async () => {
      const anywhere = { addresses: ['0.0.0.0/0', '::/0'] };
      const tcp = (ports: string, peers: object) => ({ protocol: 'tcp', ports, sources: peers });
      const plain = `http://${reserved}:8080/`;
      const standing = await connected(reserved);
      const {
        firewall: { id },
      } = await api.call<{ firewall: { id: string } }>('POST', 'firewalls', {
        name: 'web',
        tags: ['web'],
        inbound_rules: [tcp('443', anywhere), tcp('8080', { addresses: ['192.0.2.0/28'] })],
        outbound_rules: [{ protocol: 'udp', ports: '53', destinations: anywhere }],
      });
      await cloud.fleet!.followed();
      expect(await standing.ask()).toBe('HTTP/1.0 200 OK');
      expect(await curl('https://shop.test/')).toBe(reached);
      expect(await curl(plain)).toBe(silence);
      expect(await curl(plain, '--interface', '192.0.2.7')).toBe(reached);
      expect(await curl(plain, '--interface', '192.0.2.77')).toBe(silence);
      expect(await within(two, `${get} 2 https://fra1.digitaloceanspaces.com/`)).toBe('000');

      await api.call('PUT', `firewalls/${id}`, {
        name: 'web',
        tags: ['web'],
        inbound_rules: [tcp('8080', { tags: ['web'] })],
        outbound_rules: [
          { protocol: 'tcp', ports: 'all', destinations: anywhere },
          { protocol: 'udp', ports: 'all', destinations: anywhere },
        ],
      });
      await cloud.fleet!.followed();
      expect(await curl('https://shop.test/')).toBe(silence);
      expect(await within(two, `${get} 2 http://${addresses.one!.private}:8080/`)).toBe(reached);
      await api.call('DELETE', `firewalls/${id}`);
      await cloud.fleet!.followed();
      expect(await curl(plain)).toBe(reached);
      expect(await within(two, `${get} 2 https://fra1.digitaloceanspaces.com/`)).toBe('403');
    },
    minutes,
  );

  test(
    'a reserved address follows its assignment at once, and leads nowhere without one',
    async () => {
      const head = () => curl(`http://${reserved}:8080/`, '--head');
      const asked = (machine: Machine) =>
        within(machine, 'journalctl --unit plain --output cat | grep -c HEAD || true');
      expect([await head(), await asked(one), await asked(two)]).toEqual([reached, '1', '0']);
      const standing = await connected(reserved);
      await api.act(`reserved_ips/${reserved}`, { type: 'assign', droplet_id: ids.two });
      expect(await standing.ask()).toBe('timed out');
      expect([await head(), await asked(one), await asked(two)]).toEqual([reached, '1', '1']);
      await api.act(`reserved_ips/${reserved}`, { type: 'unassign' });
      expect(await curl(`http://${reserved}:8080/`)).toMatch(/^000 /);
    },
    minutes,
  );

  test(
    'what is pulled by its usual name comes from the rehearsed registries',
    async () => {
      expect(await within(one, `${get} 120 https://registry-1.docker.io/v2/`)).toBe('200');
      expect(await within(one, `${get} 120 https://ghcr.io/v2/`)).toBe('401');
    },
    5 * minutes,
  );

  test.each([
    ['ids', 'cat /etc/machine-id'],
    ['ssh host keys', 'cat /etc/ssh/ssh_host_ed25519_key.pub'],
    ['keys that a package makes when it is installed', 'sha256sum /etc/ssl/private/ssl-cert-snakeoil.key'],
  ])('machines share packages, and no %s', async (_, command) => {
    const [first, second] = [await within(one, command), await within(two, command)];
    expect(first).toMatch(/[0-9a-f]{16}|ssh-ed25519/);
    expect(first).not.toBe(second);
  });

  test('packages are installed and their services started by the machine itself', async () => {
    expect(await within(one, `dpkg-query --show --showformat '\${db:Status-Abbrev}\\n' | sort -u`)).toBe('ii');
    expect(await within(one, 'zgrep -h "configure caddy" /var/log/dpkg.log; systemctl is-enabled caddy')).toMatch(
      /configure caddy:\S+ .*\nenabled$/,
    );
    expect(await within(one, 'ls /usr/sbin/policy-rc.d')).toContain('No such file');
  });

  test(
    'nothing of it stays on this host',
    async () => {
      const ours = {
        folders: [folder, dirname(cloud.fleet!.network.certificateFile)],
        machines: Object.values(ids).map((id) => join(folder, 'machines', 'machines', String(id))),
      };
      expect(traces(ours)).not.toEqual(noTraces);
      await cloud.close();
      expect(traces(ours)).toEqual(noTraces);
    },
    minutes,
  );
});
