export type Table<T> = Record<string, T>;
