import * as z from 'zod';

/** The key of the object in the config bucket that holds the URLs of managed datastores, where there are any. */
export const managedKey = 'managed.json';

/** URLs of managed datastores, by service and variable. */
export const managedUrlsSchema = z.record(z.string(), z.record(z.string(), z.string()));
export type ManagedUrls = Readonly<Record<string, Readonly<Record<string, string>>>>;
