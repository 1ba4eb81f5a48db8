import { z } from 'zod';
import { owner } from './acl';
import { cannedAcl } from './canned-acl';
import { spacesRegions } from './address';
import { xmlAnswer } from './call';
import type { Answer, Call } from './call';
import { S3Error } from './error';
import { grantsAllow } from './key';
import { parseXml } from './xml';

const defaultRegion = 'fra1';

/** Those that the key may read, and of the region that the host names. */
export function listBuckets(call: Call): Answer {
  const { region } = call.address;
  const visible = call.store
    .list()
    .map(({ settings }) => settings)
    .filter((each) => (!region || region === each.region) && grantsAllow(call.sender.key, each.name, 'read'));
  const buckets = visible.map((each) => ({ Name: each.name, CreationDate: each.created, BucketRegion: each.region }));
  return xmlAnswer('ListAllMyBucketsResult', { Owner: owner, Buckets: { Bucket: buckets } });
}

const configuration = z.object({ LocationConstraint: z.string().optional() });

/** The region is that of the host; where a host names none, that of the LocationConstraint. */
export async function createBucket(call: Call): Promise<Answer> {
  const name = call.address.bucket!;
  const acl = cannedAcl(call.header('x-amz-acl'));
  const text = (await call.readText()).trim();
  const wanted = text ? parseXml(text, 'CreateBucketConfiguration', configuration).LocationConstraint : undefined;
  const region = call.address.region ?? regionOf(wanted);
  call.store.create({ name, region, created: call.now.toISOString(), acl });
  return { status: 200, headers: { location: `/${name}` } };
}

/** us-east-1 is where SDKs sign for when they are to find out the region by themselves. */
function regionOf(constraint: string | undefined): string {
  if (!constraint || constraint === 'us-east-1') return defaultRegion;
  const region = spacesRegions.find((each) => each === constraint.toLowerCase());
  if (region) return region;
  throw new S3Error(
    'InvalidLocationConstraint',
    `LocationConstraint: got "${constraint}"; allowed are ${spacesRegions.join(', ')}.`,
  );
}

export function headBucket(call: Call): Answer {
  return { status: 200, headers: { 'x-amz-bucket-region': call.bucket.settings.region } };
}

export function deleteBucket(call: Call): Answer {
  call.store.delete(call.bucket);
  return { status: 204 };
}

/** The slug: the DigitalOcean provider takes the bucket's region from it. */
export function getBucketLocation(call: Call): Answer {
  return xmlAnswer('LocationConstraint', { '#text': call.bucket.settings.region });
}
