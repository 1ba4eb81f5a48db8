import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';

/** Where scripts/prerequisites.sh brings act to, and where Go itself would. */
export const toolFolders = [
  join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'berth', 'tools'),
  join(process.env.GOPATH ?? join(homedir(), 'go'), 'bin'),
];

/** Why nothing can be run here, and what to do about it. */
export const whyNoAct = (): string | undefined =>
  process.env.BERTH_BOOT === 'off'
    ? 'BERTH_BOOT=off leaves out what takes minutes'
    : [...(process.env.PATH ?? '').split(delimiter), ...toolFolders].some((folder) => existsSync(join(folder, 'act')))
      ? undefined
      : 'act, which runs workflows, was not found on PATH: scripts/prerequisites.sh installs it with Go';
