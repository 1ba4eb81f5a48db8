import { mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { forgetUnused } from '../../machines/root';

test('roots and layers that nobody has used for two weeks go; one that is being made stays, as old as its files look', () => {
  const cache = mkdtempSync(join(tmpdir(), 'roots-'));
  const ago = (days: number): Date => new Date(Date.now() - days * 86_400_000);
  for (const [name, days] of [
    ['root-trixie-old-1', 15],
    ['root-trixie-new-2', 13],
    ['packages-old', 15],
    ['root-trixie-new-3.part', 400],
    ['packages-new.part', 400],
    ['machines', 400],
  ] as const) {
    mkdirSync(join(cache, name));
    utimesSync(join(cache, name), ago(days), ago(days));
  }
  try {
    forgetUnused(cache);
    expect(readdirSync(cache).sort()).toEqual([
      'machines',
      'packages-new.part',
      'root-trixie-new-2',
      'root-trixie-new-3.part',
    ]);
  } finally {
    rmSync(cache, { recursive: true });
  }
});
