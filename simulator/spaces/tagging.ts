import { z } from 'zod';
import { xmlAnswer } from './call';
import type { Answer, Call } from './call';
import { S3Error } from './error';
import { findVersion, versionHeader } from './object-get';
import { checkTags, type Tags } from './tags';
import { parseXml } from './xml';

const mostOfObject = 10;
const mostOfBucket = 50;

const tagging = z.object({
  TagSet: z.union([
    z.literal('').transform(() => ({ Tag: [] })),
    z.object({ Tag: z.array(z.object({ Key: z.string(), Value: z.string() })).default([]) }),
  ]),
});

async function sent(call: Call, most: number): Promise<Tags> {
  const { TagSet } = parseXml(await call.readText(), 'Tagging', tagging);
  return checkTags(
    TagSet.Tag.map(({ Key, Value }) => [Key, Value] as const),
    most,
  );
}

/** The tags that a header gives an object as it is written, in the form of a query: `a=1&b=2`. */
export function taggingHeader(header: string | undefined): Tags | undefined {
  return header === undefined ? undefined : checkTags([...new URLSearchParams(header)], mostOfObject);
}

/** Tags as a form sends them, which is the XML of `?tagging`. */
export const taggingField = (xml: string | undefined): Tags | undefined =>
  xml === undefined
    ? undefined
    : checkTags(
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
