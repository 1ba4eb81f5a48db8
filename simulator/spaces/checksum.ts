import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';

export const checksumAlgorithms = ['crc32', 'crc32c', 'crc64nvme', 'sha1', 'sha256'] as const;
export type ChecksumAlgorithm = (typeof checksumAlgorithms)[number];

/** A checksum that a client sent and that was found right; base64 as in the `x-amz-checksum-…` headers. */
export interface Checksum {
  readonly algorithm: ChecksumAlgorithm;
  readonly value: string;
}

export interface Checksummer {
  update(chunk: Buffer): void;
  /** In base64. */
  digest(): string;
}

const lengths: Record<ChecksumAlgorithm, number> = { crc32: 4, crc32c: 4, crc64nvme: 8, sha1: 20, sha256: 32 };

/** Whether a text could be a checksum of this kind at all: base64 of the right number of bytes. */
export function isChecksum(algorithm: ChecksumAlgorithm, value: string): boolean {
  const bytes = Buffer.from(value, 'base64');
  return bytes.length === lengths[algorithm] && bytes.toString('base64') === value;
}

export function checksummer(algorithm: ChecksumAlgorithm): Checksummer {
  if (algorithm === 'sha1' || algorithm === 'sha256') {
    const hash = createHash(algorithm);
    return { update: (chunk) => void hash.update(chunk), digest: () => hash.digest('base64') };
  }
  if (algorithm === 'crc64nvme') return new Crc64();
  let sum = 0;
  const add = algorithm === 'crc32' ? crc32 : crc32c;
  return {
    update: (chunk) => void (sum = add(chunk, sum)),
    digest: () => {
      const bytes = Buffer.alloc(4);
      bytes.writeUInt32BE(sum >>> 0);
      return bytes.toString('base64');
    },
  };
}

/** CRC-32C (Castagnoli), reflected: node:zlib has only the plain CRC-32. */
const castagnoli = Uint32Array.from({ length: 256 }, (_, byte) => {
  let sum = byte;
  for (let bit = 0; bit < 8; bit++) sum = sum & 1 ? (sum >>> 1) ^ 0x82f63b78 : sum >>> 1;
  return sum;
});

function crc32c(chunk: Buffer, start: number): number {
  let sum = ~start;
  for (const byte of chunk) sum = (sum >>> 8) ^ castagnoli[(sum ^ byte) & 0xff]!;
  return ~sum;
}

/** CRC-64/NVME, reflected, which AWS CLI 2 sends by default; in two halves, because BigInt is fifty times slower. */
const nvme = { high: new Uint32Array(256), low: new Uint32Array(256) };
for (let byte = 0; byte < 256; byte++) {
  let high = 0;
  let low = byte;
  for (let bit = 0; bit < 8; bit++) {
    const odd = low & 1;
    low = (low >>> 1) | (high << 31);
    high >>>= 1;
    if (odd) {
      high ^= 0x9a6c9329;
      low ^= 0xac4bc9b5;
    }
  }
  nvme.high[byte] = high;
  nvme.low[byte] = low;
}

class Crc64 implements Checksummer {
  private high = -1;
  private low = -1;

  update(chunk: Buffer): void {
    for (const byte of chunk) {
      const index = (this.low ^ byte) & 0xff;
      this.low = ((this.low >>> 8) | (this.high << 24)) ^ nvme.low[index]!;
      this.high = (this.high >>> 8) ^ nvme.high[index]!;
    }
  }

  digest(): string {
    const bytes = Buffer.alloc(8);
    bytes.writeUInt32BE(~this.high >>> 0, 0);
    bytes.writeUInt32BE(~this.low >>> 0, 4);
    return bytes.toString('base64');
  }
}
