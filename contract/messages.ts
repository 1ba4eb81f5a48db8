import type * as z from 'zod';
import { redactedJson } from '../lib/redact';
import type { ObjectStore } from '../lib/object-store';

/** Fields that programs read: no text that a person, a container or another program wrote. */
const identifiers = new Set([
  'id',
  'service',
  'state',
  'image',
  'running',
  'revision',
  'rollbackTo',
  'digest',
  'attempt',
  'recipient',
  'machine',
  'at',
  'startedAt',
  'endedAt',
]);

/** A message, or a line of the log, as JSON without secrets. */
export const messageJson = (message: unknown): string => redactedJson(message, identifiers);

/**
 * A bucket in which messages are left: the exchange bucket, where the machine and everybody else speak, and the config bucket, where only
 * Terraform's side does. The only way by which words of ours get there.
 */
export class Messages {
  constructor(
    private readonly spaces: ObjectStore,
    private readonly bucket: string,
  ) {}

  send(key: string, message: unknown): Promise<void> {
    return this.spaces.put(this.bucket, key, `${messageJson(message)}\n`, 'application/json');
  }

  /** The text of an object; nothing when there is none. */
  async text(key: string): Promise<string | undefined> {
    const { status, body } = await this.spaces.get(this.bucket, key);
    if (status === 404) return undefined;
    if (status !== 200) throw new Error(`${this.bucket}/${key}: ${status}`);
    return body.toString('utf8');
  }

  /** A message; nothing when there is none, or when it is none of these. */
  async read<T>(key: string, schema: z.ZodType<T>): Promise<T | undefined> {
    const text = await this.text(key);
    if (text === undefined) return undefined;
    try {
      return schema.safeParse(JSON.parse(text)).data;
    } catch {
      return undefined;
    }
  }

  list(prefix: string): Promise<string[]> {
    return this.spaces.list(this.bucket, prefix);
  }

  remove(key: string): Promise<void> {
    return this.spaces.delete(this.bucket, key);
  }
}
