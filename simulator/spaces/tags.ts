import { S3Error } from './error';

export type Tags = Readonly<Record<string, string>>;

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_Tag.html */
const longestKey = 128;
const longestValue = 256;

/** The tags of these pairs, or an error for those that Spaces does not take. */
export function checkTags(pairs: readonly (readonly [string, string])[], most: number): Tags {
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
