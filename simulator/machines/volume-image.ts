import { existsSync, mkdirSync, renameSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { onHost } from './host-command';

export interface VolumeImage {
  /** As DigitalOcean names it: the machine finds it as /dev/disk/by-id/scsi-0DO_Volume_NAME. */
  readonly name: string;
  /** The file that holds it, outside any machine: it survives them all. */
  readonly file: string;
}

/** Makes a volume's file, sparse, with a file system when one was asked for. One that is there keeps what it holds, and can grow. */
export async function createVolumeImage({ file }: VolumeImage, gigabytes: number, fileSystem?: 'ext4'): Promise<void> {
  if (existsSync(file)) return truncateSync(file, Math.max(statSync(file).size, gigabytes * 1024 ** 3));
  mkdirSync(dirname(file), { recursive: true });
  const part = `${file}.part`;
  rmSync(part, { force: true });
  writeFileSync(part, '', { mode: 0o600 });
  truncateSync(part, gigabytes * 1024 ** 3);
  if (fileSystem) await onHost('mkfs.ext4', ['-q', part]);
  renameSync(part, file);
}
