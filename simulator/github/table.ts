export type Table<T> = Record<string, T>;

/** What a table holds under a name, which may be called as JavaScript calls its own things (`constructor`). */
export const entry = <T>(table: Table<T>, name: string): T | undefined =>
  Object.hasOwn(table, name) ? table[name] : undefined;
