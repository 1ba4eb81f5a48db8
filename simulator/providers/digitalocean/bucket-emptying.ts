import { type Dynamic } from '../../terraform/value';
import { type DigitalOcean } from './api';

const asList = (value: Dynamic): Dynamic[] => (value === undefined ? [] : Array.isArray(value) ? value : [value]);

/** Deletes everything in a bucket, its versions and delete markers too, list by list until the list is empty. */
export async function emptyBucket(
  api: DigitalOcean,
  bucket: { region: string; bucket: string },
  failure: string,
): Promise<void> {
  for (;;) {
    const document = await api.spaces.document({ ...bucket, query: 'versions' }, failure);
    const listed = document?.ListVersionsResult ?? {};
    const objects = [...asList(listed.Version), ...asList(listed.DeleteMarker)];
    if (objects.length === 0) return;
    const Delete = { Object: objects.map(({ Key, VersionId }) => ({ Key, VersionId })) };
    await api.spaces.sendDocument({ ...bucket, method: 'POST', query: 'delete' }, { Delete }, failure);
  }
}
