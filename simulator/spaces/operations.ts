import * as configuration from './bucket-configuration';
import * as bucket from './bucket-operations';
import type { Answer, Call } from './call';
import { S3Error } from './error';
import type { Need } from './key';
import * as multipart from './multipart';
import { deleteObject, deleteObjects } from './object-delete';
import { getObject } from './object-get';
import * as listing from './object-listing';
import { postObject } from './object-post';
import * as put from './object-put';
import * as tagging from './tagging';
import * as uploads from './upload-listing';

/** One thing that Spaces can do. */
export interface Operation {
  /** What a bucket policy calls it. */
  readonly action: string;
  readonly need: Need;
  /** Whether it asks for itself what may be done: of each object of a list, or by the signature in a form. */
  readonly judges: boolean;
  readonly run: (call: Call) => Answer | Promise<Answer>;
}

type On = 'account' | 'bucket' | 'object';
type Row = [method: string, on: On, mark: string, need: Need, action: string, run: Operation['run']];

// The first row that fits is taken. A mark of '' is for requests without any.
const rows: Row[] = [
  ['GET', 'account', '', 'read', 'ListAllMyBuckets', bucket.listBuckets],

  ['GET', 'bucket', 'location', 'read', 'GetBucketLocation', bucket.getBucketLocation],
  ['GET', 'bucket', 'acl', 'read', 'GetBucketAcl', configuration.getBucketAcl],
  ['PUT', 'bucket', 'acl', 'configure', 'PutBucketAcl', configuration.putBucketAcl],
  ['GET', 'bucket', 'versioning', 'read', 'GetBucketVersioning', configuration.getBucketVersioning],
  ['PUT', 'bucket', 'versioning', 'configure', 'PutBucketVersioning', configuration.putBucketVersioning],
  ['GET', 'bucket', 'lifecycle', 'read', 'GetLifecycleConfiguration', configuration.getBucketLifecycle],
  ['PUT', 'bucket', 'lifecycle', 'configure', 'PutLifecycleConfiguration', configuration.putBucketLifecycle],
  ['DELETE', 'bucket', 'lifecycle', 'configure', 'PutLifecycleConfiguration', configuration.deleteBucketLifecycle],
  ['GET', 'bucket', 'cors', 'read', 'GetBucketCORS', configuration.getBucketCors],
  ['PUT', 'bucket', 'cors', 'configure', 'PutBucketCORS', configuration.putBucketCors],
  ['DELETE', 'bucket', 'cors', 'configure', 'PutBucketCORS', configuration.deleteBucketCors],
  ['GET', 'bucket', 'policy', 'read', 'GetBucketPolicy', configuration.getBucketPolicy],
  ['PUT', 'bucket', 'policy', 'configure', 'PutBucketPolicy', configuration.putBucketPolicy],
  ['DELETE', 'bucket', 'policy', 'configure', 'DeleteBucketPolicy', configuration.deleteBucketPolicy],
  ['GET', 'bucket', 'tagging', 'read', 'GetBucketTagging', tagging.getBucketTagging],
  ['PUT', 'bucket', 'tagging', 'configure', 'PutBucketTagging', tagging.putBucketTagging],
  ['DELETE', 'bucket', 'tagging', 'configure', 'PutBucketTagging', tagging.deleteBucketTagging],
  ['GET', 'bucket', 'logging', 'read', 'GetBucketLogging', configuration.getBucketLogging],
  ['PUT', 'bucket', 'logging', 'configure', 'PutBucketLogging', configuration.putBucketLogging],
  ['GET', 'bucket', 'website', 'read', 'GetBucketWebsite', configuration.getBucketWebsite],
  ['PUT', 'bucket', 'website', 'configure', 'PutBucketWebsite', configuration.putBucketWebsite],
  ['DELETE', 'bucket', 'website', 'configure', 'DeleteBucketWebsite', configuration.deleteBucketWebsite],
  ['GET', 'bucket', 'versions', 'read', 'ListBucketVersions', listing.listObjectVersions],
  ['GET', 'bucket', 'uploads', 'read', 'ListBucketMultipartUploads', uploads.listMultipartUploads],
  ['POST', 'bucket', 'delete', 'write', 'DeleteObject', deleteObjects],
  ['POST', 'bucket', '', 'write', 'PutObject', postObject],
  ['GET', 'bucket', 'list-type', 'read', 'ListBucket', listing.listObjectsV2],
  ['GET', 'bucket', '', 'read', 'ListBucket', listing.listObjects],
  ['HEAD', 'bucket', '', 'read', 'ListBucket', bucket.headBucket],
  ['PUT', 'bucket', '', 'configure', 'CreateBucket', bucket.createBucket],
  ['DELETE', 'bucket', '', 'configure', 'DeleteBucket', bucket.deleteBucket],

  ['GET', 'object', 'acl', 'read', 'GetObjectAcl', put.getObjectAcl],
  ['PUT', 'object', 'acl', 'write', 'PutObjectAcl', put.putObjectAcl],
  ['GET', 'object', 'tagging', 'read', 'GetObjectTagging', tagging.getObjectTagging],
  ['PUT', 'object', 'tagging', 'write', 'PutObjectTagging', tagging.putObjectTagging],
  ['DELETE', 'object', 'tagging', 'write', 'DeleteObjectTagging', tagging.deleteObjectTagging],
  ['POST', 'object', 'uploads', 'write', 'PutObject', multipart.createMultipartUpload],
  ['GET', 'object', 'uploadId', 'read', 'ListMultipartUploadParts', uploads.listParts],
  ['PUT', 'object', 'uploadId', 'write', 'PutObject', multipart.uploadPart],
  ['POST', 'object', 'uploadId', 'write', 'PutObject', multipart.completeMultipartUpload],
  ['DELETE', 'object', 'uploadId', 'write', 'AbortMultipartUpload', multipart.abortMultipartUpload],
  ['GET', 'object', '', 'read', 'GetObject', getObject],
  ['HEAD', 'object', '', 'read', 'GetObject', getObject],
  ['PUT', 'object', '', 'write', 'PutObject', put.putObject],
  ['DELETE', 'object', '', 'write', 'DeleteObject', deleteObject],
];

/** The operations that the header x-amz-copy-source makes of others. */
const copies = new Map<Operation['run'], Operation['run']>([
  [put.putObject, put.copyObject],
  [multipart.uploadPart, multipart.uploadPartCopy],
]);

/** What policies call these when a version is named. */
const versionActions = new Map([
  ['GetObject', 'GetObjectVersion'],
  ['DeleteObject', 'DeleteObjectVersion'],
  ['GetObjectAcl', 'GetObjectVersionAcl'],
  ['PutObjectAcl', 'PutObjectVersionAcl'],
  ['GetObjectTagging', 'GetObjectVersionTagging'],
  ['PutObjectTagging', 'PutObjectVersionTagging'],
  ['DeleteObjectTagging', 'DeleteObjectVersionTagging'],
]);

/**
 * Parts of S3's API that Spaces has not, encryption of whole buckets among them: without this list, `PUT ?retention` would write
 * the object. https://docs.digitalocean.com/products/spaces/reference/s3-compatibility/
 */
const others = [
  'accelerate',
  'analytics',
  'attributes',
  'encryption',
  'intelligent-tiering',
  'inventory',
  'legal-hold',
  'metrics',
  'notification',
  'object-lock',
  'ownershipControls',
  'policyStatus',
  'publicAccessBlock',
  'replication',
  'requestPayment',
  'restore',
  'retention',
  'select',
  'torrent',
];

/** What a request asks for. Throws NotImplemented, which is also what Spaces answers for what it does not know. */
export function findOperation(method: string, on: On, query: URLSearchParams, isCopy: boolean): Operation {
  const other = others.find((name) => query.has(name));
  const row = rows.find((each) => each[0] === method && each[1] === on && (each[2] === '' || query.has(each[2])));
  const marks = rows
    .filter((each) => each[1] === on && each[2] !== '' && each[2] !== 'list-type')
    .map((each) => each[2]);
  // The row without a mark must not take what is meant for a marked one of another method, such as POST ?versioning.
  const foreign = row?.[2] === '' ? marks.find((mark) => query.has(mark)) : undefined;
  if (!row || other || foreign) {
    const what = other ?? foreign;
    throw new S3Error('NotImplemented', `${method} ${on}${what ? `?${what}` : ''} is not among what Spaces does.`);
  }
  const [, , , need, action, run] = row;
  const name = on === 'object' && query.has('versionId') ? (versionActions.get(action) ?? action) : action;
  return {
    need,
    judges: run === deleteObjects || run === postObject,
    action: `s3:${name}`,
    run: (isCopy && copies.get(run)) || run,
  };
}
