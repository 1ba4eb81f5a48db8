import type { z } from 'zod';
import { shown } from './shown';

/** A list in which nothing comes twice; `same` tells what makes two entries one, `where` whose rule it is. */
export function unique<T extends z.ZodArray>(
  list: T,
  same: (entry: z.output<T>[number]) => unknown = (entry) => entry,
): T {
  return list.superRefine((entries, context) => {
    const seen = new Map<unknown, unknown>();
    const told = new Set<unknown>();
    for (const entry of entries as z.output<T>) {
      const key = same(entry);
      if (!seen.has(key)) seen.set(key, entry);
      else if (!told.has(key)) {
        told.add(key);
        const first = seen.get(key);
        context.addIssue({
          code: 'custom',
          params: {
            says:
              first === entry || typeof entry === 'object'
                ? `${shown(entry)} is named twice: take one out`
                : `${shown(first)} and ${shown(entry)} are the same: take one out`,
          },
        });
      }
    }
  }) as T;
}

/** An object whose names differ also when capitals are not told from small letters. */
export function uniqueNames<T extends z.ZodRecord>(record: T, whose: string): T {
  return record.superRefine((entries, context) => {
    const seen = new Map<string, string>();
    for (const name of Object.keys(entries)) {
      const first = seen.get(name.toLowerCase());
      if (first === undefined) seen.set(name.toLowerCase(), name);
      else
        context.addIssue({
          code: 'custom',
          params: {
            says: `${shown(first)} and ${shown(name)} are one name to ${whose}, which does not tell capitals from small letters: take one out`,
          },
        });
    }
  }) as T;
}

export const ignoringCase = (text: unknown): unknown => String(text).toLowerCase();
