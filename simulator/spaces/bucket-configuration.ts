import { z } from 'zod';
import { readAcl, writtenAcl } from './acl';
import { xmlAnswer } from './call';
import type { Answer, Call } from './call';
import { parseCors } from './cors';
import { S3Error } from './error';
import { parseLifecycle } from './lifecycle';
import { parsePolicy } from './policy';
import { parseXml } from './xml';

export function getBucketAcl(call: Call): Answer {
  return xmlAnswer('AccessControlPolicy', writtenAcl(call.bucket.settings.acl));
}

export async function putBucketAcl(call: Call): Promise<Answer> {
  call.bucket.set({ acl: await readAcl(call) });
  return { status: 200 };
}

/** Empty as long as versioning was never set. */
export function getBucketVersioning(call: Call): Answer {
  return xmlAnswer('VersioningConfiguration', { Status: call.bucket.settings.versioning });
}

const versioning = z.object({ Status: z.enum(['Enabled', 'Suspended']) });

export async function putBucketVersioning(call: Call): Promise<Answer> {
  call.bucket.set({ versioning: parseXml(await call.readText(), 'VersioningConfiguration', versioning).Status });
  return { status: 200 };
}

export function getBucketPolicy(call: Call): Answer {
  const { policy, name } = call.bucket.settings;
  if (!policy) throw new S3Error('NoSuchBucketPolicy', `The bucket "${name}" has no policy.`);
  return { status: 200, headers: { 'content-type': 'application/json' }, body: policy };
}

export async function putBucketPolicy(call: Call): Promise<Answer> {
  const policy = await call.readText();
  const { name } = call.bucket.settings;
  parsePolicy(policy, name);
  expectNoLimitedKeys(name, call.behaviour.limitedKeys(name));
  call.bucket.set({ policy });
  return { status: 204 };
}

/** https://docs.digitalocean.com/products/spaces/how-to/configure-bucket-policies/ names the rule, though not the error. */
function expectNoLimitedKeys(bucket: string, keys: readonly string[]): void {
  if (keys.length === 0) return;
  throw new S3Error(
    'AccessDenied',
    `The bucket "${bucket}" is used by limited-access keys (${keys.join(', ')}): Spaces allows either these or a bucket policy.`,
  );
}

export function deleteBucketPolicy(call: Call): Answer {
  call.bucket.set({ policy: undefined });
  return { status: 204 };
}

export function getBucketLogging(call: Call): Answer {
  const { logging } = call.bucket.settings;
  if (!logging) return xmlAnswer('BucketLoggingStatus', {});
  return { status: 200, headers: { 'content-type': 'application/xml' }, body: logging };
}

const loggingStatus = z.object({
  LoggingEnabled: z.object({ TargetBucket: z.string(), TargetPrefix: z.string().default('') }).optional(),
});

/** Kept, and nothing is logged. https://docs.digitalocean.com/products/spaces/reference/s3-compatibility/ */
export async function putBucketLogging(call: Call): Promise<Answer> {
  const logging = await call.readText();
  const enabled = parseXml(logging, 'BucketLoggingStatus', loggingStatus).LoggingEnabled;
  const { name, region } = call.bucket.settings;
  if (enabled) {
    const { TargetBucket: target } = enabled;
    const other = call.store.get(target);
    const why = !other
      ? 'does not exist'
      : target === name
        ? 'is the bucket itself'
        : other.settings.region !== region
          ? `is not in ${region}`
          : undefined;
    if (why) throw new S3Error('InvalidTargetBucketForLogging', `The target bucket "${target}" ${why}.`);
  }
  call.bucket.set({ logging: enabled && logging });
  return { status: 200 };
}

export function getBucketWebsite(call: Call): Answer {
  const { website, name } = call.bucket.settings;
  if (!website) throw new S3Error('NoSuchWebsiteConfiguration', `The bucket "${name}" has no website configuration.`);
  return { status: 200, headers: { 'content-type': 'application/xml' }, body: website };
}

const websiteConfiguration = z.union([
  z.looseObject({ IndexDocument: z.object({ Suffix: z.string().min(1) }) }),
  z.looseObject({
    RedirectAllRequestsTo: z.object({ HostName: z.string().min(1), Protocol: z.enum(['http', 'https']).optional() }),
  }),
]);

/** Kept, and served nowhere. */
export async function putBucketWebsite(call: Call): Promise<Answer> {
  const website = await call.readText();
  parseXml(website, 'WebsiteConfiguration', websiteConfiguration);
  call.bucket.set({ website });
  return { status: 200 };
}

export function deleteBucketWebsite(call: Call): Answer {
  call.bucket.set({ website: undefined });
  return { status: 204 };
}

export function getBucketLifecycle(call: Call): Answer {
  const { lifecycle, name } = call.bucket.settings;
  if (!lifecycle)
    throw new S3Error('NoSuchLifecycleConfiguration', `The bucket "${name}" has no lifecycle configuration.`);
  return { status: 200, headers: { 'content-type': 'application/xml' }, body: lifecycle };
}

export async function putBucketLifecycle(call: Call): Promise<Answer> {
  const lifecycle = await call.readText();
  parseLifecycle(lifecycle);
  call.bucket.set({ lifecycle });
  return { status: 200 };
}

export function deleteBucketLifecycle(call: Call): Answer {
  call.bucket.set({ lifecycle: undefined });
  return { status: 204 };
}

export function getBucketCors(call: Call): Answer {
  const { cors, name } = call.bucket.settings;
  if (!cors) throw new S3Error('NoSuchCORSConfiguration', `The bucket "${name}" has no CORS configuration.`);
  return { status: 200, headers: { 'content-type': 'application/xml' }, body: cors };
}

export async function putBucketCors(call: Call): Promise<Answer> {
  const cors = await call.readText();
  parseCors(cors);
  call.bucket.set({ cors });
  return { status: 200 };
}

export function deleteBucketCors(call: Call): Answer {
  call.bucket.set({ cors: undefined });
  return { status: 204 };
}
