import { inflateRawSync } from 'node:zlib';

const endOfDirectory = 0x06054b50;
const directoryEntry = 0x02014b50;
const stored = 0;
const deflated = 8;

/**
 * The files of a zip archive, each read when it is asked for. Enough of the format for what Terraform writes as a plan
 * (pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT): one disk, no encryption, no Zip64. Nothing when it is no archive.
 */
export function zipEntries(archive: Buffer): ReadonlyMap<string, () => Buffer> | undefined {
  const end = archive.lastIndexOf(Buffer.from([0x50, 0x4b, 0x05, 0x06]));
  if (end < 0 || end + 22 > archive.length || archive.readUInt32LE(end) !== endOfDirectory) return undefined;
  const entries = new Map<string, () => Buffer>();
  let at = archive.readUInt32LE(end + 16);
  for (let left = archive.readUInt16LE(end + 10); left > 0; left--) {
    if (at + 46 > archive.length || archive.readUInt32LE(at) !== directoryEntry) return undefined;
    const [method, size, nameLength, extraLength, commentLength, offset] = [
      archive.readUInt16LE(at + 10),
      archive.readUInt32LE(at + 20),
      archive.readUInt16LE(at + 28),
      archive.readUInt16LE(at + 30),
      archive.readUInt16LE(at + 32),
      archive.readUInt32LE(at + 42),
    ];
    entries.set(archive.toString('utf8', at + 46, at + 46 + nameLength), () =>
      contentOf(archive, method, offset, size),
    );
    at += 46 + nameLength + extraLength + commentLength;
  }
  return entries;
}

function contentOf(archive: Buffer, method: number, offset: number, size: number): Buffer {
  // names and extra fields may be of another length here than in the directory
  const start = offset + 30 + archive.readUInt16LE(offset + 26) + archive.readUInt16LE(offset + 28);
  const bytes = archive.subarray(start, start + size);
  if (method === stored) return bytes;
  if (method === deflated) return inflateRawSync(bytes);
  throw new Error(`compressed by method ${method}`);
}
