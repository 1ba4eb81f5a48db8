import { existsSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { join, relative } from 'node:path';

/** The text of every file in a folder, by its path there; none when there is no such folder. */
export const filesIn = (folder: string): Record<string, string> =>
  Object.fromEntries(
    !existsSync(folder)
      ? []
      : readdirSync(folder, { recursive: true, encoding: 'utf8' })
          .map((name) => join(folder, name))
          .filter((file) => statSync(file).isFile())
          .map((file) => [relative(folder, file), readFileSync(file, 'utf8')]),
  );

/** Links, in place of whatever was there. */
export function symlink(target: string, path: string): void {
  rmSync(path, { force: true });
  symlinkSync(target, path);
}
