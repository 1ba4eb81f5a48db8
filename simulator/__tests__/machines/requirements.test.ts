import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { findMirrors } from '../../machines/mirror';
import { whyNoMachine } from '../../machines/requirements';

const restore = { ...process.env };
beforeEach(() => {
  delete process.env.SIMULATOR_BOOT;
});
afterEach(() => {
  process.env = { ...restore };
});

test('where no machine can be booted, the reason says what to do about it', () => {
  expect(whyNoMachine({ platform: 'darwin', uid: 501 })).toBe(
    '--boot needs Linux, and this is darwin: run it in a Linux virtual machine or in CI',
  );
  expect(whyNoMachine({ platform: 'linux', uid: 1000 })).toBe(
    '--boot makes mounts, namespaces and loop devices, for which it must be root: run it with sudo',
  );
});

test('whoever wants to be quick can do without machines', () => {
  process.env.SIMULATOR_BOOT = 'off';
  expect(whyNoMachine({ platform: 'linux', uid: 0 })).toBe('SIMULATOR_BOOT=off asks that no machine is booted');
});

test('what is missing is named with the command that brings it', () => {
  process.env.PATH = '/nowhere';
  expect(whyNoMachine({ platform: 'linux', uid: 0 })).toMatch(
    /^--boot needs systemd-nspawn, mmdebstrap, .*: apt-get install --no-install-recommends .*mmdebstrap.* systemd-container util-linux$/,
  );
});

const apt = spawnSync('apt-config', ['--version']).status === 0;

(apt ? test : test.skip)('a mirror of Debian can be named where apt has none', () => {
  expect(findMirrors('http://mirror.test/pub/debian')).toMatchObject({
    debian: new URL('http://mirror.test/pub/debian'),
    security: new URL('http://mirror.test/pub/debian-security'),
  });
  expect(() => findMirrors('http://mirror.test/ubuntu')).toThrow(
    'apt on this host has no mirror of Debian (it has http://mirror.test/ubuntu): name one that ends with /debian in SIMULATOR_DEBIAN_MIRROR',
  );
});

(spawnSync('shellcheck', ['--version']).status === 0 ? test : test.skip)(
  'shellcheck has nothing to say about the scripts',
  () => {
    const folder = join(__dirname, '../../machines');
    const scripts = readdirSync(folder)
      .filter((name) => name.endsWith('.sh'))
      .map((name) => join(folder, name));
    expect(spawnSync('shellcheck', scripts, { encoding: 'utf8' })).toMatchObject({ status: 0, stdout: '' });
  },
);
