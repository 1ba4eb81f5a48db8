import { judge, parsePolicy } from '../../spaces/policy';

const statement = { Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource: 'arn:aws:s3:::photos/*' };
const resource = (name: string) => ({ ...statement, Resource: `arn:aws:s3:::${name}` });
const policy = (...statements: object[]) => JSON.stringify({ Version: '2012-10-17', Statement: statements });

test.each([
  ['no JSON', '{', /^The policy is not JSON: /],
  [
    'a wrong version',
    JSON.stringify({ Version: '2012-10-18', Statement: [statement] }),
    /^The policy is malformed at Version: /,
  ],
  ['no statement', JSON.stringify({ Version: '2012-10-17', Statement: [] }), /^The policy is malformed at Statement: /],
  ['an unknown effect', policy({ ...statement, Effect: 'Permit' }), /^The policy is malformed at Statement/],
  ['another bucket', policy(resource('photos2/*')), /^The resource "arn:aws:s3:::photos2\/\*" must be /],
  ['no ARN', policy({ ...statement, Resource: 'photos/*' }), /^The resource "photos\/\*" must be /],
  ['an unknown condition', policy({ ...statement, Condition: { Bool: {} } }), /^The policy is malformed at Statement/],
])('a policy with %s is refused', (_, text, message) => {
  expect(() => parsePolicy(text, 'photos')).toThrow(message);
});

test.each([
  ['allows what it names', [statement], 's3:GetObject', 'photos/a/b', 'Allow'],
  ['says nothing of other actions', [statement], 's3:PutObject', 'photos/a', undefined],
  ['says nothing of the bucket when it names objects', [statement], 's3:GetObject', 'photos', undefined],
  ['takes actions as patterns', [{ ...statement, Action: 's3:Get*' }], 's3:GetObjectVersion', 'photos/a', 'Allow'],
  ['takes a lone * for every action', [{ ...statement, Action: '*' }], 's3:PutObject', 'photos/a', 'Allow'],
  ['takes actions in any case', [{ ...statement, Action: 'S3:getobject' }], 's3:GetObject', 'photos/a', 'Allow'],
  ['takes resources in their case', [resource('photos/A')], 's3:GetObject', 'photos/a', undefined],
  ['takes a lone * for every resource', [{ ...statement, Resource: '*' }], 's3:GetObject', 'photos/a', 'Allow'],
  ['takes the name of the bucket as a pattern', [resource('pho*')], 's3:GetObject', 'photos', 'Allow'],
  ['takes ? for one character', [resource('photos/?.txt')], 's3:GetObject', 'photos/a.txt', 'Allow'],
  ['takes other signs as they are', [resource('photos/a.txt')], 's3:GetObject', 'photos/aXtxt', undefined],
  ['denies, whatever else allows', [statement, { ...statement, Effect: 'Deny' }], 's3:GetObject', 'photos/a', 'Deny'],
  [
    'is not for named principals',
    [{ ...statement, Principal: { AWS: 'arn:aws:x' } }],
    's3:GetObject',
    'photos/a',
    undefined,
  ],
])('a policy %s', (_, statements, action, resource, expected) => {
  expect(judge(policy(...statements), 'photos', { action, resource, sourceIp: '10.0.0.1' })).toBe(expected);
});

test.each([
  ['10.0.0.7', 'Allow'],
  ['::ffff:10.0.0.7', 'Allow'],
  ['10.0.1.7', undefined],
  ['2001:db8::7', 'Allow'],
])('a policy for some addresses says to %s: %s', (sourceIp, expected) => {
  const Condition = {
    IpAddress: { 'aws:SourceIp': ['10.0.0.0/24', '2001:db8::/32'] },
    NotIpAddress: { 'aws:SourceIp': '10.0.0.9' },
  };
  const text = policy({ ...statement, Condition });
  expect(judge(text, 'photos', { action: 's3:GetObject', resource: 'photos/a', sourceIp })).toBe(expected);
  expect(judge(text, 'photos', { action: 's3:GetObject', resource: 'photos/a', sourceIp: '10.0.0.9' })).toBeUndefined();
});
