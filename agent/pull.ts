import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { type Desired, desiredSchema } from '../contract/desired';
import { replaceFile } from '../lib/durable-file';
import type { ObjectStore } from '../lib/object-store';

export interface Pulled {
  /** The last good one; nothing on a machine that never got one. */
  readonly desired?: Desired;
  /** SHA-256 of its text. */
  readonly digest?: string;
  /** Whether this pull brought it. */
  readonly changed: boolean;
  /** Why the newest one is not the one in force, if it is not. */
  readonly problem?: string;
}

/**
 * The environment's desired state from its bucket. A bad object, or none, or no network, leaves the last good one in force: it
 * lies on disk, written as a whole, and is there again after a restart.
 */
export class Puller {
  private etag?: string;
  private readonly file: string;

  constructor(
    private readonly spaces: ObjectStore,
    private readonly bucket: string,
    private readonly key: string,
    folder: string,
  ) {
    mkdirSync(folder, { recursive: true });
    this.file = join(folder, key);
  }

  async pull(): Promise<Pulled> {
    const kept = this.kept();
    try {
      const { status, etag, body, code } = await this.spaces.get(this.bucket, this.key, kept.desired && this.etag);
      if (status === 304) return { ...kept, changed: false };
      if (status !== 200) throw new Error(`${this.bucket}/${this.key}: ${status} ${code}`.trim());
      // a single PUT's ETag is its MD5: a body that was cut or mixed up on the way is not taken
      const md5 = createHash('md5').update(body).digest('hex');
      if (etag !== undefined && /^"?[0-9a-f]{32}"?$/.test(etag) && etag.replaceAll('"', '') !== md5)
        throw new Error(`${this.key} arrived damaged (MD5 ${md5}, announced ${etag})`);
      const text = body.toString('utf8');
      const desired = read(text);
      this.etag = etag;
      const digest = digestOf(text);
      if (digest === kept.digest) return { ...kept, changed: false };
      replaceFile(this.file, text, 0o600);
      return { desired, digest, changed: true };
    } catch (error) {
      return { ...kept, changed: false, problem: (error as Error).message };
    }
  }

  private kept(): Pick<Pulled, 'desired' | 'digest'> {
    if (!existsSync(this.file)) return {};
    const text = readFileSync(this.file, 'utf8');
    return { desired: read(text), digest: digestOf(text) };
  }
}

export const digestOf = (text: string): string => createHash('sha256').update(text).digest('hex');

function read(text: string): Desired {
  const found: unknown = parse(text, { version: '1.1', maxAliasCount: 0 });
  const version = (found as { version?: unknown } | null)?.version;
  if (version !== 1) throw new Error(`a desired state of version ${String(version)}; this agent knows version 1`);
  const { data, error } = desiredSchema.safeParse(found);
  if (data !== undefined) return data;
  const [issue] = error.issues;
  throw new Error(
    `the desired state is cut off, or newer than this agent: ${issue!.path.join('.') || 'it'}: ${issue!.message}`,
  );
}
