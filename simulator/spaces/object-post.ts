import { createHash, createHmac } from 'node:crypto';
import { Readable } from 'node:stream';
import type { ReadableStream } from 'node:stream/web';
import { z } from 'zod';
import { authorize } from './access';
import { cannedAcl } from './canned-acl';
import { Call, xmlAnswer } from './call';
import type { Answer } from './call';
import { contentOf } from './content';
import { S3Error } from './error';
import type { SpacesKey } from './key';
import { commit } from './object-put';
import { versionHeader } from './object-get';
import { findKey } from './sender';
import type { KeyOf } from './sender';
import { signingKey } from './signature-v4';
import { taggingField } from './tagging';

/** A form is held in memory as a whole. */
const largestForm = 100 * 1024 ** 2;

/** Fields that no condition has to speak of. */
const uncovered = /^(x-amz-signature|signature|awsaccesskeyid|file|policy|x-ignore-.*)$/;

const policySchema = z.object({
  expiration: z.iso.datetime({ offset: true }),
  conditions: z.array(
    z.union([
      z.tuple([z.enum(['eq', 'starts-with']), z.string().startsWith('$'), z.string()]),
      z.tuple([z.literal('content-length-range'), z.coerce.number(), z.coerce.number()]),
      z.record(z.string(), z.union([z.string(), z.number()]).transform(String)),
    ]),
  ),
});

interface Form {
  /** By lower-case name. */
  readonly fields: Readonly<Record<string, string>>;
  readonly file: Buffer;
  readonly filename: string;
}

/**
 * Writes an object that a browser's form brings, signed by the policy in it.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/RESTObjectPOST.html
 */
export async function postObject(call: Call): Promise<Answer> {
  const { fields, file, filename } = await readForm(call);
  const key = (fields.key ?? '').replaceAll('${filename}', filename);
  if (key === '') throw new S3Error('InvalidArgument', 'Bucket POST must contain a field named "key".');
  const signer = signerOf(fields, call.behaviour.keyOf);
  if (signer) expectPolicy(fields, file.length, call.address.bucket!, call.now);
  const into = new Call(
    call.request,
    { ...call.address, key },
    { key: signer, payload: 'UNSIGNED-PAYLOAD' },
    call.store,
    call.now,
    call.behaviour,
  );
  authorize(into, { action: 's3:PutObject', need: 'write', bucket: call.address.bucket!, key });
  const writer = await call.store.blobs.writer();
  await writer.write(file);
  const etag = createHash('md5').update(file).digest('hex');
  const version = commit(into, [await writer.finish()], {
    etag,
    content: contentOf(fields),
    acl: cannedAcl(fields.acl),
    tags: taggingField(fields.tagging),
  });
  return answerOf(into, fields, key, etag, versionHeader(into.bucket, version));
}

function answerOf(call: Call, fields: Form['fields'], key: string, etag: string, headers: Answer['headers']): Answer {
  const { name } = call.bucket.settings;
  const to = fields.success_action_redirect ?? fields.redirect;
  if (to !== undefined && URL.canParse(to)) {
    const location = new URL(to);
    for (const [parameter, value] of Object.entries({ bucket: name, key, etag: `"${etag}"` }))
      location.searchParams.set(parameter, value);
    return { status: 303, headers: { ...headers, location: location.toString(), etag: `"${etag}"` } };
  }
  const location = `/${name}/${encodeURIComponent(key)}`;
  const all = { ...headers, etag: `"${etag}"`, location };
  if (fields.success_action_status === '201')
    return {
      ...xmlAnswer('PostResponse', { Location: location, Bucket: name, Key: key, ETag: `"${etag}"` }, all),
      status: 201,
    };
  return { status: fields.success_action_status === '200' ? 200 : 204, headers: all };
}

async function readForm({ request, header }: Call): Promise<Form> {
  const type = header('content-type') ?? '';
  if (!/^multipart\/form-data;/i.test(type))
    throw new S3Error('PreconditionFailed', 'Bucket POST must be of the enclosure-type multipart/form-data.');
  if (!(Number(header('content-length')) <= largestForm))
    throw new S3Error('EntityTooLarge', `A form has a Content-Length of at most ${largestForm} bytes here.`);
  const parsed = await new Response(Readable.toWeb(request) as ReadableStream, { headers: { 'content-type': type } })
    .formData()
    .catch((error: Error) => {
      throw new S3Error('MalformedPOSTRequest', `The body is not well-formed multipart/form-data: ${error.message}.`);
    });
  const fields: Record<string, string> = {};
  for (const [name, value] of parsed) {
    // what follows the file does not count
    if (name.toLowerCase() !== 'file')
      fields[name.toLowerCase()] = typeof value === 'string' ? value : await value.text();
    else if (typeof value === 'string') return { fields, file: Buffer.from(value), filename: '' };
    else return { fields, file: Buffer.from(await value.arrayBuffer()), filename: value.name };
  }
  throw new S3Error('InvalidArgument', 'POST requires exactly one file upload per request.');
}

/** Whose key signed the policy; nobody's when the form brings none. */
function signerOf(fields: Form['fields'], keyOf: KeyOf): SpacesKey | undefined {
  const { policy } = fields;
  if (policy === undefined) return undefined;
  const [accessKey = '', day = '', region = ''] = (fields['x-amz-credential'] ?? '').split('/');
  const key = findKey(fields.awsaccesskeyid ?? accessKey, keyOf);
  const [expected, given] =
    fields.awsaccesskeyid === undefined
      ? [
          createHmac('sha256', signingKey(key.secretKey, day, region))
            .update(policy)
            .digest('hex'),
          fields['x-amz-signature'],
        ]
      : [createHmac('sha1', key.secretKey).update(policy).digest('base64'), fields.signature];
  if (expected !== given)
    throw new S3Error(
      'SignatureDoesNotMatch',
      `The signature of the form's policy is not the one that the secret of key "${key.accessKey}" gives.`,
    );
  return key;
}

function expectPolicy(fields: Form['fields'], size: number, bucket: string, now: Date): void {
  const refuse = (why: string) => new S3Error('AccessDenied', `Invalid according to Policy: ${why}`);
  const read = policySchema.safeParse(parse(Buffer.from(fields.policy!, 'base64').toString()));
  if (!read.success)
    throw new S3Error(
      'InvalidPolicyDocument',
      `The form's policy is malformed at ${read.error.issues[0]!.path.join('.') || 'its root'}.`,
    );
  if (new Date(read.data.expiration) < now) throw refuse('Policy expired.');
  const values: Record<string, string> = { ...fields, bucket };
  const covered = new Set<string>(['bucket']);
  const hold = (what: 'eq' | 'starts-with', name: string, wanted: string) => {
    covered.add(name);
    const value = values[name] ?? '';
    const holds = what === 'eq' ? value === wanted : value.startsWith(wanted);
    if (!holds) throw refuse(`Policy Condition failed: ["${what}", "$${name}", "${wanted}"]`);
  };
  for (const condition of read.data.conditions) {
    if (!Array.isArray(condition))
      for (const [name, value] of Object.entries(condition)) hold('eq', name.toLowerCase(), value);
    else if (condition[0] !== 'content-length-range')
      hold(condition[0], condition[1].slice(1).toLowerCase(), condition[2]);
    else if (size < condition[1])
      throw new S3Error('EntityTooSmall', `The file has ${size} bytes; the policy asks for at least ${condition[1]}.`);
    else if (size > condition[2])
      throw new S3Error('EntityTooLarge', `The file has ${size} bytes; the policy allows at most ${condition[2]}.`);
  }
  const extra = Object.keys(fields).find((name) => !covered.has(name) && !uncovered.test(name));
  if (extra !== undefined) throw refuse(`Extra input fields: ${extra}`);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
