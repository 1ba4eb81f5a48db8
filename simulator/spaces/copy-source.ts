import { authorize } from './access';
import type { Bucket } from './bucket';
import type { Call } from './call';
import { cipherOf, expectCipher } from './cipher';
import { isUnchanged } from './condition';
import { S3Error } from './error';
import { findVersion } from './object-get';
import type { Version } from './version';

export interface CopySource {
  readonly bucket: Bucket;
  readonly key: string;
  readonly version: Version;
  /** The version id that the request named. */
  readonly asked?: string;
}

/**
 * What `x-amz-copy-source` names, if the sender may read it and its conditions hold. A bucket of another region is
 * not found: https://docs.digitalocean.com/products/spaces/reference/s3-compatibility/
 */
export function copySource(call: Call): CopySource {
  const header = call.header('x-amz-copy-source')!;
  const [path = '', query = ''] = header.split('?');
  const match = /^\/?([^/]+)\/(.+)$/s.exec(decode(path));
  if (!match) {
    throw new S3Error(
      'InvalidArgument',
      `x-amz-copy-source: got "${header}"; it must look like BUCKET/KEY or BUCKET/KEY?versionId=ID.`,
    );
  }
  const [, name = '', key = ''] = match;
  const asked = new URLSearchParams(query).get('versionId') ?? undefined;
  authorize(call, {
    action: asked ? 's3:GetObjectVersion' : 's3:GetObject',
    need: 'read',
    bucket: name,
    key,
    versionId: asked,
  });
  const bucket = call.bucketNamed(name);
  const { region } = call.bucket.settings;
  if (bucket.settings.region !== region) {
    throw new S3Error(
      'NoSuchBucket',
      `The bucket "${name}" is in ${bucket.settings.region}: Spaces copies within a region only, here ${region}.`,
    );
  }
  const version = findVersion(bucket, key, asked);
  expectCipher(version.cipher, cipherOf(call.header, 'copy-source-'));
  if (isUnchanged(version, call.header, 'x-amz-copy-source-')) throw new S3Error('PreconditionFailed');
  return { bucket, key, version, asked };
}

function decode(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    throw new S3Error('InvalidArgument', `x-amz-copy-source: "${path}" is not valid percent-encoding.`);
  }
}
