import { lockDifferences, readProviderLock } from '../../plan/provider-lock';

const lock = `# This file is maintained automatically by "terraform init".

provider "registry.terraform.io/integrations/github" {
  version     = "6.9.0"
  constraints = "6.9.0"
  hashes = [
    "h1:one=",
    "zh:two",
  ]
}

provider "registry.terraform.io/digitalocean/digitalocean" {
  version = "2.71.0"
}
`;

test('versions and checksums are read; comments, constraints and order say nothing', () => {
  expect(readProviderLock(lock).providers).toEqual({
    'registry.terraform.io/digitalocean/digitalocean': '2.71.0',
    'registry.terraform.io/integrations/github': '6.9.0',
  });
  const [comment, github, digitalocean] = lock.split('\n\n');
  const said = (text: string) => readProviderLock(text).digest === readProviderLock(lock).digest;
  expect(said([digitalocean, github!.replace('  constraints = "6.9.0"\n', ''), comment, ''].join('\n\n'))).toBe(true);
  expect(
    [
      lock.replace('2.71.0', '2.72.0'),
      lock.replace('zh:two', 'zh:three'),
      lock.replace('digitalocean/', 'digital/'),
      github!,
    ].map(said),
  ).toEqual([false, false, false, false]);
});

test('what is pinned otherwise is named', () => {
  const before = readProviderLock(lock).providers;
  expect(lockDifferences(before, readProviderLock(lock.replace('2.71.0', '2.72.0')).providers)).toEqual([
    'digitalocean/digitalocean 2.71.0 → 2.72.0',
  ]);
  expect(lockDifferences(before, {})).toEqual([
    'digitalocean/digitalocean 2.71.0 → not pinned',
    'integrations/github 6.9.0 → not pinned',
  ]);
  expect(lockDifferences(before, readProviderLock(lock.replace('h1:one', 'h1:ten')).providers)).toEqual([]);
});
