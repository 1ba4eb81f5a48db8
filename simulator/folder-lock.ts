import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { privateFolder } from './private-folder';

/**
 * Takes a folder for this process, so that no second cloud writes into it. Throws when the folder holds something else, or another
 * process has it; the lock of a process that has ended is taken over. Returns what gives it back.
 */
export function lockFolder(folder: string): () => void {
  const kept = existsSync(folder) ? readdirSync(folder) : [];
  if (kept.length > 0 && !kept.includes('account.json'))
    throw new Error(
      `--folder ${folder} holds something else (${kept.slice(0, 3).join(', ')}): expected an empty folder, or one that this program made`,
    );
  const lock = join(privateFolder(folder), 'process.pid');
  const holder = existsSync(lock) ? Number(readFileSync(lock, 'utf8')) : undefined;
  if (holder !== undefined && isRunning(holder))
    throw new Error(`--folder ${folder} is in use by process ${holder}: stop it, or name another folder`);
  writeFileSync(lock, `${process.pid}\n`);
  return () => rmSync(lock, { force: true });
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
