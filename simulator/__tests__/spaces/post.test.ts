import { createHmac } from 'node:crypto';
import { ownerKey, readKey, serveSpaces, type ServedSpaces } from './served-spaces';

let served: ServedSpaces;
beforeEach(async () => {
  served = await serveSpaces();
  served.spaces.createBucket('photos');
});
afterEach(() => served.close());

const day = '20260101';
const base = { key: 'user/${filename}', 'x-amz-algorithm': 'AWS4-HMAC-SHA256', 'x-amz-date': `${day}T000000Z` };
const conditions = [
  { bucket: 'photos' },
  ['starts-with', '$key', 'user/'],
  ['starts-with', '$Content-Type', 'text/'],
  ['content-length-range', 1, 10],
];

interface Sent {
  fields?: Record<string, string>;
  rules?: unknown[];
  expiration?: string;
  key?: typeof ownerKey;
  text?: string;
}

/** A form as a browser sends it, signed as `createPresignedPost` of the AWS SDKs does. */
async function post({
  fields = {},
  rules = conditions,
  expiration = '2999-01-01T00:00:00.000Z',
  key = ownerKey,
  text = 'hello',
}: Sent = {}) {
  const credential = `${key.accessKey}/${day}/us-east-1/s3/aws4_request`;
  const all: Record<string, string> = {
    ...base,
    'Content-Type': 'text/plain',
    'x-amz-credential': credential,
    ...fields,
  };
  const signed = [
    ...rules,
    { 'x-amz-algorithm': all['x-amz-algorithm'] },
    { 'x-amz-date': all['x-amz-date'] },
    { 'x-amz-credential': credential },
  ];
  const policy = Buffer.from(JSON.stringify({ expiration, conditions: signed })).toString('base64');
  const hmac = (secret: Buffer | string, what: string) => createHmac('sha256', secret).update(what).digest();
  const signing = [day, 'us-east-1', 's3', 'aws4_request'].reduce<Buffer | string>(hmac, `AWS4${key.secretKey}`);
  const form = new FormData();
  for (const [name, value] of Object.entries({
    ...all,
    policy,
    'x-amz-signature': hmac(signing, policy).toString('hex'),
    ...fields,
  }))
    form.set(name, value);
  form.set('file', new File([text], 'me.txt', { type: 'text/plain' }));
  const encoded = new Response(form);
  const body = Buffer.from(await encoded.arrayBuffer());
  return served.request({
    method: 'POST',
    path: '/photos',
    key: null,
    body,
    headers: { 'Content-Type': encoded.headers.get('content-type')! },
  });
}

test('a form with a signed policy writes the object that it brings', async () => {
  expect(await post({ fields: { 'x-ignore-me': '1' } })).toMatchObject({ status: 204 });
  const stored = (await served.spaces.get('photos', 'user/me.txt'))!;
  expect([stored.bytes.toString(), stored.content.headers['content-type']]).toEqual(['hello', 'text/plain']);
});

test('the answer is as the form asks for', async () => {
  const rules = [
    ...conditions,
    ['starts-with', '$success_action_status', ''],
    ['starts-with', '$success_action_redirect', ''],
  ];
  const created = await post({ rules, fields: { success_action_status: '201' } });
  expect(created).toMatchObject({ status: 201, text: expect.stringContaining('<Key>user/me.txt</Key>') });
  const led = await post({ rules, fields: { success_action_redirect: 'https://app.example/done' } });
  expect(led.status).toBe(303);
  expect(led.headers.location).toMatch(/^https:\/\/app\.example\/done\?bucket=photos&key=user%2Fme\.txt&etag=/);
});

test.each<[string, Sent, number, string]>([
  ['another signature', { fields: { 'x-amz-signature': '0'.repeat(64) } }, 403, 'SignatureDoesNotMatch'],
  ['a policy that has expired', { expiration: '2020-01-01T00:00:00.000Z' }, 403, 'AccessDenied'],
  ['a key outside of the policy', { fields: { key: 'other' } }, 403, 'AccessDenied'],
  ['a field that the policy does not speak of', { fields: { acl: 'public-read' } }, 403, 'AccessDenied'],
  ['another bucket', { rules: [{ bucket: 'other' }, ...conditions.slice(1)] }, 403, 'AccessDenied'],
  ['a file that is too large', { text: 'x'.repeat(11) }, 400, 'EntityTooLarge'],
  ['a file that is too small', { text: '' }, 400, 'EntityTooSmall'],
  ['a key that may only read', { key: readKey }, 403, 'AccessDenied'],
  ['a key that is not there', { key: { ...ownerKey, accessKey: 'NOBODY' } }, 403, 'InvalidAccessKeyId'],
  ['no key to write to', { fields: { key: '' } }, 400, 'InvalidArgument'],
])('a form with %s writes nothing', async (_, sent, status, code) => {
  expect(await post(sent)).toMatchObject({ status, code });
  expect(served.spaces.keys('photos')).toEqual([]);
});

test('what is no form, or not signed, writes nothing', async () => {
  expect(await served.request({ method: 'POST', path: '/photos', body: 'x' })).toMatchObject({
    status: 412,
    code: 'PreconditionFailed',
  });
  const headers = { 'Content-Type': 'multipart/form-data; boundary=b' };
  expect(await served.request({ method: 'POST', path: '/photos', body: 'x', headers })).toMatchObject({
    status: 400,
    code: 'MalformedPOSTRequest',
  });
  const body =
    '--b\r\nContent-Disposition: form-data; name="key"\r\n\r\nk\r\n--b\r\nContent-Disposition: form-data; name="file"; filename="f"\r\n\r\nx\r\n--b--\r\n';
  expect(await served.request({ method: 'POST', path: '/photos', body, headers, key: null })).toMatchObject({
    status: 403,
    code: 'AccessDenied',
  });
  expect(served.spaces.keys('photos')).toEqual([]);
});
