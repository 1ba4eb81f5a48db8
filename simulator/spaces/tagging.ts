import { z } from 'zod';
import { xmlAnswer } from './call';
import type { Answer, Call } from './call';
import { S3Error } from './error';
import { findVersion, versionHeader } from './object-get';
import { parseXml } from './xml';

export type Tags = Readonly<Record<string, string>>;

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_Tag.html */
const longestKey = 128;
const longestValue = 256;
const mostOfObject = 10;
const mostOfBucket = 50;

const tagging = z.object({
  TagSet: z.union([
    z.literal('').transform(() => ({ Tag: [] })),
    z.object({ Tag: z.array(z.object({ Key: z.string(), Value: z.string() })).default([]) }),
  ]),
});

function checked(pairs: readonly (readonly [string, string])[], most: number): Tags {
  if (pairs.length > most)
    throw new S3Error('InvalidTag', `There are ${pairs.length} tags; at most ${most} are allowed.`);
  const tags = new Map<string, string>();
  for (const [key, value] of pairs) {
    if (key.length < 1 || key.length > longestKey)
      throw new S3Error('InvalidTag', `A tag's key has 1 to ${longestKey} characters, got ${key.length}.`);
    if (value.length > longestValue)
      throw new S3Error(
        'InvalidTag',
        `The value of tag "${key}" has ${value.length} characters; at most ${longestValue} are allowed.`,
      );
    if (tags.has(key)) throw new S3Error('InvalidTag', `The tag "${key}" is given twice.`);
    tags.set(key, value);
  }
  return Object.fromEntries(tags);
}

async function sent(call: Call, most: number): Promise<Tags> {
  const { TagSet } = parseXml(await call.readText(), 'Tagging', tagging);
  return checked(
    TagSet.Tag.map(({ Key, Value }) => [Key, Value] as const),
    most,
  );
}

/** The tags that a header gives an object as it is written, in the form of a query: `a=1&b=2`. */
export function taggingHeader(header: string | undefined): Tags | undefined {
  return header === undefined ? undefined : checked([...new URLSearchParams(header)], mostOfObject);
}

/** Tags as a form sends them, which is the XML of `?tagging`. */
export const taggingField = (xml: string | undefined): Tags | undefined =>
  xml === undefined
    ? undefined
    : checked(
        parseXml(xml, 'Tagging', tagging).TagSet.Tag.map(({ Key, Value }) => [Key, Value] as const),
        mostOfObject,
      );

const written = (tags: Tags) => ({ TagSet: { Tag: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })) } });

export function getBucketTagging(call: Call): Answer {
  const { tags, name } = call.bucket.settings;
  if (!tags) throw new S3Error('NoSuchTagSet', `The bucket "${name}" has no tags.`);
  return xmlAnswer('Tagging', written(tags));
}

export async function putBucketTagging(call: Call): Promise<Answer> {
  const tags = await sent(call, mostOfBucket);
  call.bucket.set({ tags });
  return { status: 204 };
}

export function deleteBucketTagging(call: Call): Answer {
  call.bucket.set({ tags: undefined });
  return { status: 204 };
}

const wanted = (call: Call) => findVersion(call.bucket, call.key, call.param('versionId'));

export function getObjectTagging(call: Call): Answer {
  const version = wanted(call);
  return xmlAnswer('Tagging', written(version.tags ?? {}), versionHeader(call.bucket, version));
}

export async function putObjectTagging(call: Call): Promise<Answer> {
  const tags = await sent(call, mostOfObject);
  const version = wanted(call);
  call.bucket.change(call.key, version, { tags });
  return { status: 200, headers: versionHeader(call.bucket, version) };
}

export function deleteObjectTagging(call: Call): Answer {
  const version = wanted(call);
  call.bucket.change(call.key, version, { tags: undefined });
  return { status: 204, headers: versionHeader(call.bucket, version) };
}
