/** Where records are kept: the state's bucket, or anything else that holds texts by key. */
export interface RecordStore {
  /** The text of a key; nothing when there is none. */
  get(key: string): Promise<string | undefined>;
  put(key: string, text: string): Promise<void>;
  /** The keys that begin so, in the order of their letters. */
  list(prefix: string): Promise<string[]>;
}
