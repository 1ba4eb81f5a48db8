import { z } from 'zod';
import { authorize } from './access';
import { xmlAnswer } from './call';
import type { Answer, Call } from './call';
import { S3Error } from './error';
import type { Version } from './version';
import { parseXml } from './xml';

/** Deleting what is not there succeeds, as in S3. */
export function deleteObject(call: Call): Answer {
  const gone = remove(call, call.key, call.param('versionId'));
  return {
    status: 204,
    headers: { 'x-amz-version-id': gone?.id, 'x-amz-delete-marker': gone?.marker && 'true' },
  };
}

/** Deletes one version for good, or the object: then it gives the delete marker, if the bucket keeps versions. */
function remove({ bucket, now }: Call, key: string, versionId: string | undefined): Version | undefined {
  if (versionId === undefined) return bucket.delete(key, now);
  const version = bucket.deleteVersion(key, versionId);
  return bucket.settings.versioning ? version : undefined;
}

const request = z.object({
  Quiet: z.enum(['true', 'false']).optional(),
  Object: z
    .array(z.object({ Key: z.string().min(1), VersionId: z.string().optional() }))
    .min(1)
    .max(1000),
});

/** Each object succeeds or fails by itself: a policy may protect some of them. */
export async function deleteObjects(call: Call): Promise<Answer> {
  const { name } = call.bucket.settings;
  const { Quiet, Object: wanted } = parseXml(await call.readText(), 'Delete', request);
  const deleted: object[] = [];
  const failed: object[] = [];
  for (const { Key, VersionId } of wanted) {
    const versionId = VersionId || undefined;
    try {
      const action = versionId ? 's3:DeleteObjectVersion' : 's3:DeleteObject';
      authorize(call, { action, need: 'write', bucket: name, key: Key, versionId });
      const gone = remove(call, Key, versionId);
      deleted.push({
        Key,
        VersionId: versionId,
        DeleteMarker: gone?.marker,
        DeleteMarkerVersionId: gone?.marker && gone.id,
      });
    } catch (error) {
      if (!(error instanceof S3Error)) throw error;
      failed.push({ Key, VersionId: versionId, Code: error.code, Message: error.message });
    }
  }
  return xmlAnswer('DeleteResult', { Deleted: Quiet === 'true' ? [] : deleted, Error: failed });
}
