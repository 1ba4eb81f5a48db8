import { copyFileSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import type { App } from 'cdktf';

/**
 * Lays the committed `.terraform.lock.hcl` beside each stack's JSON. cdktf keeps stacks in a folder that is not
 * committed, so without it every checkout would choose, and trust, its providers anew.
 */
export function layProviderLock(app: App, root: string): void {
  const lock = join(root, '.terraform.lock.hcl');
  if (!existsSync(lock)) return;
  for (const { workingDirectory } of Object.values(app.manifest.stacks))
    copyFileSync(lock, join(app.outdir, workingDirectory, '.terraform.lock.hcl'));
}
