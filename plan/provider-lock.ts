import { createHash } from 'node:crypto';

/** What a `.terraform.lock.hcl` pins. */
export interface ProviderLock {
  /** SHA-256 of everything that it pins, comments and order aside. */
  readonly digest: string;
  /** Versions by the provider's full address. */
  readonly providers: Readonly<Record<string, string>>;
}

/** Reads a lock file as Terraform writes it; what is in it is the same every time, so no parser of HCL is needed. */
export function readProviderLock(text: string): ProviderLock {
  const blocks = [...text.matchAll(/^provider "([^"]+)" \{([^]*?)^\}/gm)]
    .map(([, address, body]) => ({
      address: address!,
      version: /^\s*version\s*=\s*"([^"]*)"/m.exec(body!)?.[1] ?? '',
      hashes: [...body!.matchAll(/"((?:h1|zh):[^"]+)"/g)].map(([, hash]) => hash!).sort(),
    }))
    .sort((a, b) => (a.address < b.address ? -1 : 1));
  return {
    digest: createHash('sha256').update(JSON.stringify(blocks)).digest('hex'),
    providers: Object.fromEntries(blocks.map(({ address, version }) => [address, version])),
  };
}

/** What is pinned to another version, one phrase each; nothing when only checksums differ. */
export function lockDifferences(before: ProviderLock['providers'], after: ProviderLock['providers']): string[] {
  const addresses = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  return addresses
    .filter((address) => before[address] !== after[address])
    .map((address) => `${shortName(address)} ${before[address] ?? 'not pinned'} → ${after[address] ?? 'not pinned'}`);
}

const shortName = (address: string): string => address.replace(/^registry\.(terraform\.io|opentofu\.org)\//, '');
