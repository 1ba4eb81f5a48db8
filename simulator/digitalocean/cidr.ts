const toNumber = (ip: string) => ip.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
const toText = (number: number) => [24, 16, 8, 0].map((shift) => (number >>> shift) & 255).join('.');

export interface Range {
  first: number;
  size: number;
  prefix: number;
}

/** An IPv4 range, or nothing when the text is none. Host bits are dropped, as the vendor does. */
export function parseRange(text: string): Range | undefined {
  const match = /^((?:\d{1,3}\.){3}\d{1,3})\/(\d{1,2})$/.exec(text);
  if (!match || match[1].split('.').some((part) => Number(part) > 255) || Number(match[2]) > 32) return undefined;
  const prefix = Number(match[2]);
  const size = 2 ** (32 - prefix);
  return { first: Math.floor(toNumber(match[1]) / size) * size, size, prefix };
}

export const showRange = ({ first, prefix }: Range) => `${toText(first)}/${prefix}`;

export const overlap = (a: Range, b: Range) => a.first < b.first + b.size && b.first < a.first + a.size;

const PRIVATE = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16'].map((text) => parseRange(text)!);

export const isPrivate = (range: Range) =>
  PRIVATE.some((net) => net.first <= range.first && range.first + range.size <= net.first + net.size);

export const netmask = (range: Range) => toText((2 ** 32 - range.size) >>> 0);
export const gateway = (range: Range) => toText(range.first + 1);

/** The first address of the range that nobody has. The first belongs to the network, the second to its gateway. */
export function freeAddress(range: Range, taken: Set<string>): string | undefined {
  for (let offset = 2; offset < range.size - 1; offset++) {
    const address = toText(range.first + offset);
    if (!taken.has(address)) return address;
  }
  return undefined;
}
