import { ObjectStore, type ObjectStoreKey, type ObjectStoreOptions } from '../lib/object-store';

/** The key of the account's owner, from the variables that the DigitalOcean provider reads too. */
export function spacesKey(): ObjectStoreKey {
  const { SPACES_ACCESS_KEY_ID: accessKeyId, SPACES_SECRET_ACCESS_KEY: secretAccessKey } = process.env;
  if (accessKeyId && secretAccessKey) return { accessKeyId, secretAccessKey };
  throw new Error(
    'SPACES_ACCESS_KEY_ID and SPACES_SECRET_ACCESS_KEY are not set: to make a bucket, a Spaces key with full access is needed; to look at an environment or release to it, one that opens its exchange bucket',
  );
}

/**
 * The buckets of a region. AWS_ENDPOINT_URL_S3, if set, says where to connect; requests are addressed to and signed for the region's own
 * host all the same.
 */
export function objectStore(
  region: string,
  key: ObjectStoreKey = spacesKey(),
  options: Partial<ObjectStoreOptions> = {},
): ObjectStore {
  const host = `${region}.digitaloceanspaces.com`;
  return new ObjectStore({ ...key, endpoint: process.env.AWS_ENDPOINT_URL_S3 ?? `https://${host}`, host, ...options });
}
