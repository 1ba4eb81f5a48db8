import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { parse } from 'yaml';
import { bootFiles } from '../../templates/boot/files';
import { type Boot, renderUserData } from '../../templates/boot/user-data';
import { expectGolden } from './golden';

const root = join(__dirname, '../..');

const boot: Boot = {
  hostname: 'shop-test',
  generation: 1,
  volume: 'shop-test-data',
  swap: 1024,
  postgres: true,
  redis: true,
  spaces: {
    endpoint: 'https://fra1.digitaloceanspaces.com',
    configBucket: 'shop-test-config',
    exchangeBucket: 'shop-test-exchange',
    backupsBucket: 'shop-test-backups',
    accessKey: 'ACCESS',
    secretKey: 'SECRET',
  },
};

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'boot-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('the machine reads exactly this text', () => {
  expectGolden('user-data.yaml', renderUserData(boot));
});

test('what is installed follows from where the datastores are', () => {
  const packages = (changes: Partial<Boot>) =>
    (parse(renderUserData({ ...boot, ...changes })) as { packages: string[] }).packages;
  const datastores = ['pgbackrest', 'postgresql-17', 'redis-server'];
  expect(packages({}).filter((name) => datastores.includes(name))).toEqual(datastores);
  expect(packages({ postgres: false, redis: false }).filter((name) => datastores.includes(name))).toEqual([]);
});

test('YAML 1.1, which cloud-init reads, has the same texts in it as went in', () => {
  const odd = renderUserData({ ...boot, hostname: 'yes', volume: 'on' });
  const read = parse(odd, { version: '1.1' }) as {
    hostname: unknown;
    write_files: { path: string; permissions: unknown }[];
  };
  expect(read.hostname).toBe('yes');
  for (const file of read.write_files) expect(typeof file.permissions).toBe('string');
});

test('every file comes to lie where it lies in the repository, and only scripts are executable', () => {
  const files = bootFiles();
  expect(files.map(({ path }) => path)).toEqual(
    expect.arrayContaining([
      '/usr/local/lib/berth/boot',
      '/etc/systemd/system/berth-agent.service',
      '/etc/docker/daemon.json',
    ]),
  );
  for (const { path, content, permissions } of files)
    expect([path, permissions]).toEqual([path, content.startsWith('#!') ? '0755' : '0644']);
});

test("the machine's key is in one file that only root can read, and on no command line", () => {
  const { write_files: files } = parse(renderUserData(boot)) as {
    write_files: { path: string; content: string; permissions: string }[];
  };
  const holders = files.filter(({ content }) => content.includes('SECRET'));
  expect(holders.map(({ path, permissions }) => [path, permissions])).toEqual([['/etc/berth/spaces.curlrc', '0600']]);
});

test('every unit and script that another names is there', () => {
  const files = bootFiles();
  const there = new Set(files.map(({ path }) => path));
  for (const { path, content } of files) {
    for (const [script] of content.matchAll(/\/usr\/local\/lib\/berth\/[a-z-]+/g))
      expect([path, script, there.has(script)]).toEqual([path, script, true]);
    for (const [unit] of content.matchAll(/berth-[a-z]+\.service/g))
      expect([path, unit, there.has(`/etc/systemd/system/${unit}`)]).toEqual([path, unit, true]);
  }
});

test('nothing that writes data starts without the volume', () => {
  for (const unit of ['postgresql@', 'redis-server']) {
    const guard = readFileSync(
      join(root, `templates/boot/root/etc/systemd/system/${unit}.service.d/volume.conf`),
      'utf8',
    );
    expect(guard).toMatch(/^Requires=berth-volume\.service$/m);
    expect(guard).toMatch(/^After=berth-volume\.service$/m);
    expect(guard).toMatch(/^ConditionPathIsMountPoint=\/mnt\/data$/m);
  }
});

const have = (command: string): boolean => spawnSync('sh', ['-c', `command -v ${command}`]).status === 0;
const scripts = readdirSync(join(root, 'templates/boot/root/usr/local/lib/berth')).map((name) =>
  join(root, 'templates/boot/root/usr/local/lib/berth', name),
);

(have('shellcheck') ? test : test.skip)('shellcheck has nothing to say about the scripts, as they lie', () => {
  for (const script of scripts) expect(statSync(script).mode & 0o111).not.toBe(0);
  const { stdout, status } = spawnSync('shellcheck', scripts, { encoding: 'utf8' });
  expect(stdout).toBe('');
  expect(status).toBe(0);
});

const canCheckSchema =
  have('apt-get') &&
  spawnSync('/usr/bin/python3', ['-c', 'import requests, yaml, jsonschema, jinja2, configobj, oauthlib, jsonpatch'])
    .status === 0;

(canCheckSchema ? test : test.skip)(
  'cloud-init of Debian 13 accepts it, and would refuse a module that does not exist',
  () => {
    const check = (name: string, text: string) => {
      const file = join(folder, name);
      writeFileSync(file, text);
      return spawnSync('bash', [join(root, 'scripts/cloud-init-schema.sh'), file], { encoding: 'utf8' });
    };
    expect(check('good.yaml', renderUserData(boot))).toMatchObject({ status: 0 });
    const bad = check('bad.yaml', renderUserData(boot).replace('\ntimezone:', '\ntmezone:'));
    expect([bad.status, bad.stderr]).toEqual([1, expect.stringContaining('tmezone')]);
  },
  120_000,
);

test('the mount script refuses to go on when the volume is missing', () => {
  // as it lies, but with its two minutes and its paths shortened to what a test has
  const script = readFileSync(join(root, 'templates/boot/root/usr/local/lib/berth/mount-volume'), 'utf8')
    .replace('/etc/berth/boot.env', join(folder, 'boot.env'))
    .replace('patience=120', 'patience=0')
    .replace('/run/berth-volume-missed', join(folder, 'missed'))
    .replaceAll('/mnt/data', join(folder, 'data'));
  writeFileSync(join(folder, 'boot.env'), 'GENERATION=1\nVOLUME_NAME=not-there\n');
  const { status, stderr } = spawnSync('sh', ['-c', script], { encoding: 'utf8' });
  expect([status, stderr.trim()]).toEqual([
    1,
    'the volume not-there is not attached (/dev/disk/by-id/scsi-0DO_Volume_not-there does not exist): nothing that writes data will start',
  ]);
});

test('daemon.json and the other data files can be read by what reads them', () => {
  expect(
    () => JSON.parse(readFileSync(join(root, 'templates/boot/root/etc/docker/daemon.json'), 'utf8')) as unknown,
  ).not.toThrow();
  for (const script of scripts) expect(() => execFileSync('sh', ['-n', script])).not.toThrow();
});

// cloud-init reads its user-data with this very function (cloudinit/util.py, load_yaml)
const python = spawnSync('/usr/bin/python3', ['-c', 'import yaml']).status === 0;
(python ? test : test.skip)(
  `whatever a machine is called, cloud-init reads that name${python ? '' : " (skipped: Python's yaml is not there)"}`,
  () => {
    const names = [
      'yes',
      'no',
      'on',
      'off',
      'null',
      'true',
      'y',
      'n',
      '12',
      '1e3',
      '0x10',
      '0o7',
      '012',
      '1-2',
      '2026-11-29',
      '1.5',
      '12-30-45',
      'e1',
      ...fc.sample(fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,20}[a-z0-9])?$/), { numRuns: 300, seed: 3 }),
    ];
    const texts = names.map((name) =>
      renderUserData({ ...boot, hostname: name, volume: name, spaces: { ...boot.spaces, configBucket: name } }),
    );
    const read = JSON.parse(
      execFileSync(
        '/usr/bin/python3',
        [
          '-c',
          'import json, sys, yaml; json.dump([yaml.safe_load(text) for text in json.load(sys.stdin)], sys.stdout)',
        ],
        { input: JSON.stringify(texts), encoding: 'utf8', maxBuffer: 2 ** 27 },
      ),
    ) as { hostname: unknown; write_files: { path: string; content: unknown }[] }[];
    expect(read.map(({ hostname }) => hostname)).toEqual(names);
    expect(
      read.map(({ write_files: files }) =>
        files.map(({ content }) => content).filter((content) => typeof content !== 'string'),
      ),
    ).toEqual(names.map(() => []));
    names.forEach((name, index) =>
      expect(read[index]!.write_files.find(({ path }) => path === '/etc/berth/boot.env')!.content).toContain(
        `\nVOLUME_NAME=${name}\n`,
      ),
    );
  },
);
