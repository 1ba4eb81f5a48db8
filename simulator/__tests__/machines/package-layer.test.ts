import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bootMachine, type MachineOptions } from '../../machines/machine';
import { layerName, packagesOf, packageSource } from '../../machines/package-layer';

test('the list comes from the user-data itself, in an order of its own', () => {
  expect(packagesOf('#cloud-config\npackages:\n  - redis-server\n  - jq\n  - jq\n')).toEqual(['jq', 'redis-server']);
});

test.each([
  ['a script', '#!/bin/sh\necho packages: [jq]\n'],
  ['a cloud-config that installs nothing', '#cloud-config\nruncmd: [[ls]]\n'],
  ['an empty one', '#cloud-config\n'],
  ['one that is no YAML', '#cloud-config\npackages: [jq\n'],
  ['no user-data at all', ''],
])('%s has none', (_, userData) => {
  expect(packagesOf(userData)).toEqual([]);
});

test('what is no package name is left to the machine: nothing becomes an option of apt', () => {
  expect(
    packagesOf('#cloud-config\npackages: [--allow-unauthenticated, "jq; reboot", [jq, "1.7"], libstdc++6]\n'),
  ).toEqual(['libstdc++6']);
});

test('another list, and another root, is another layer', () => {
  const names = [
    layerName('/x/root-a-1', ['jq']),
    layerName('/x/root-a-1', ['jq', 'age']),
    layerName('/x/root-a-2', ['jq']),
  ];
  expect(new Set(names).size).toBe(3);
  expect(layerName('/y/root-a-1', ['jq'])).toBe(names[0]);
});

test('real installation can be asked for, and a slip of the pen is told', () => {
  expect([packageSource('mirror'), packageSource('cached'), packageSource('')]).toEqual(['mirror', 'cached', 'cached']);
  expect(() => packageSource('miror')).toThrow(
    'SIMULATOR_PACKAGES is miror: it may be mirror (install every package for real) or cached (the default)',
  );
});

test('a kept machine whose root or layer is gone is not put on another one', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'simulator-'));
  try {
    writeFileSync(join(folder, 'ground.json'), '["/nowhere/packages-1","/nowhere/root-1"]');
    await expect(bootMachine({ name: 'shop-test', folder } as MachineOptions)).rejects.toThrow(
      'shop-test was made on /nowhere/packages-1, which is not kept any more: start again with an empty folder',
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
});
