import type { Desired } from '../contract/desired';
import { managedKey, type ManagedUrls, managedUrlsSchema } from '../contract/managed';
import { learnSecret } from '../lib/redact';
import type { ObjectStore } from '../lib/object-store';

/** From the config bucket; empty where nothing is managed, or nothing there yet. */
export async function managedUrls(
  spaces: Pick<ObjectStore, 'get'>,
  bucket: string,
  { datastores }: Pick<Desired, 'datastores'>,
): Promise<ManagedUrls> {
  // also without the bucket a machine is brought to what it shall be
  if (!Object.values(datastores).some(({ placement }) => placement === 'managed')) return {};
  const { status, body } = await spaces.get(bucket, managedKey);
  if (status === 404 || status === 403) return {};
  if (status !== 200) throw new Error(`${managedKey}: ${status}`);
  const data = urlsOf(body.toString('utf8'));
  if (data === undefined)
    throw new Error(`${managedKey} in the config bucket does not hold URLs by service and variable: deploy again`);
  for (const variables of Object.values(data)) Object.values(variables).forEach(learnSecret);
  return data;
}

/** Nothing where the text is something else; why is not told, because a parser quotes what it has read. */
function urlsOf(text: string): ManagedUrls | undefined {
  try {
    return managedUrlsSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
