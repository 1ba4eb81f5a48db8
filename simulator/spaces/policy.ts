import { BlockList, isIP } from 'node:net';
import { z } from 'zod';
import { S3Error } from './error';

/** Who wants what, in a policy's words. */
export interface Attempt {
  /** For instance `s3:GetObject`. */
  readonly action: string;
  /** `bucket` or `bucket/key`. */
  readonly resource: string;
  readonly sourceIp: string;
}

const oneOrMore = z.union([z.string(), z.array(z.string()).min(1)]).transform((value) => [value].flat());
const addresses = z.strictObject({ 'aws:SourceIp': oneOrMore });

const statement = z
  .object({
    Sid: z.string().optional(),
    Effect: z.enum(['Allow', 'Deny']),
    Principal: z.union([z.literal('*'), z.strictObject({ AWS: oneOrMore })]),
    Action: oneOrMore,
    Resource: oneOrMore,
    // Any other condition is refused rather than ignored: ignoring it would allow or deny too much without a word.
    Condition: z.strictObject({ IpAddress: addresses.optional(), NotIpAddress: addresses.optional() }).optional(),
  })
  .refine(
    (each) => !('NotAction' in each || 'NotResource' in each || 'NotPrincipal' in each),
    'Not… elements are not simulated',
  );

const policy = z.object({
  Version: z.enum(['2012-10-17', '2008-10-17']),
  Id: z.string().optional(),
  Statement: z.union([statement, z.array(statement).min(1)]).transform((value) => [value].flat()),
});

type Policy = z.infer<typeof policy>;
type Statement = Policy['Statement'][number];

/** Throws MalformedPolicy with the place that is wrong. The policy must speak of this bucket only. */
export function parsePolicy(text: string, bucket: string): Policy {
  const result = policy.safeParse(parseJson(text));
  if (!result.success) {
    const [issue] = result.error.issues;
    throw new S3Error(
      'MalformedPolicy',
      `The policy is malformed at ${issue?.path.join('.') || 'its root'}: ${issue?.message}.`,
    );
  }
  for (const { Resource } of result.data.Statement) {
    for (const resource of Resource) {
      const name = nameOf(resource);
      if (name === undefined || !glob(name.split('/')[0]!).test(bucket)) {
        throw new S3Error(
          'MalformedPolicy',
          `The resource "${resource}" must be *, arn:aws:s3:::${bucket} or arn:aws:s3:::${bucket}/….`,
        );
      }
    }
  }
  return result.data;
}

/** What a bucket's policy says to an attempt; a denial beats what allows. Undefined when it says nothing. */
export function judge(text: string | undefined, bucket: string, attempt: Attempt): 'Allow' | 'Deny' | undefined {
  if (!text) return undefined;
  const matching = parsePolicy(text, bucket).Statement.filter((each) => matches(each, attempt));
  if (matching.some(({ Effect }) => Effect === 'Deny')) return 'Deny';
  return matching.length > 0 ? 'Allow' : undefined;
}

function matches(
  { Principal, Action, Resource, Condition }: Statement,
  { action, resource, sourceIp }: Attempt,
): boolean {
  // Spaces has no users to name: other principals than everybody match nobody here.
  const everybody = Principal === '*' || Principal.AWS.includes('*');
  return (
    everybody &&
    Action.some((pattern) => glob(pattern, 'i').test(action)) &&
    Resource.some((pattern) => glob(nameOf(pattern)!).test(resource)) &&
    (!Condition?.IpAddress || inRanges(sourceIp, Condition.IpAddress['aws:SourceIp'])) &&
    (!Condition?.NotIpAddress || !inRanges(sourceIp, Condition.NotIpAddress['aws:SourceIp']))
  );
}

function nameOf(resource: string): string | undefined {
  return resource === '*' ? '*' : /^arn:aws:s3:::(.+)$/.exec(resource)?.[1];
}

function glob(pattern: string, flags = ''): RegExp {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`, `s${flags}`);
}

function inRanges(ip: string, ranges: readonly string[]): boolean {
  const plain = ip.replace(/^::ffff:(?=\d+\.)/, '');
  const list = new BlockList();
  for (const range of ranges) {
    const [network = '', bits] = range.split('/');
    const version = isIP(network);
    if (version) list.addSubnet(network, Number(bits ?? (version === 4 ? 32 : 128)), version === 4 ? 'ipv4' : 'ipv6');
  }
  return list.check(plain, isIP(plain) === 6 ? 'ipv6' : 'ipv4');
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new S3Error('MalformedPolicy', `The policy is not JSON: ${(error as Error).message}.`);
  }
}
