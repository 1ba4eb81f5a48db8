/** What a manifest leads to, a configuration or a layer: at hand, or in a file. */
export type Blob = { readonly digest: string; readonly size: number } & (
  { readonly body: Buffer } | { readonly file: string }
);
