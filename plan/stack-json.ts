import { createHash } from 'node:crypto';

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** A stack as Terraform reads it: without `//`, cdktf's own commentary, which Terraform skips. */
export interface StackJson {
  readonly terraform?: { readonly required_providers?: Readonly<Record<string, { readonly source?: string }>> };
  readonly resource?: Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, unknown>>>>>>;
}

export const parseStack = (text: string): StackJson =>
  JSON.parse(text, (key, value: unknown) => (key === '//' ? undefined : value)) as StackJson;

export type Tree = Readonly<Record<string, unknown>>;
export const isTree = (value: unknown): value is Tree =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const sha256 = (bytes: Buffer | string): string => createHash('sha256').update(bytes).digest('hex');

/** SHA-256 of what a value says: the order of an object's keys says nothing. */
export const digestOf = (value: unknown): string => sha256(canonical(value));

/** JSON with the keys of every object in order: two values that say the same are the same text. */
export function canonical(value: unknown): string {
  return (
    JSON.stringify(value, (_, inner: unknown) =>
      typeof inner === 'object' && inner !== null && !Array.isArray(inner)
        ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
        : inner,
    ) ?? 'null'
  );
}
