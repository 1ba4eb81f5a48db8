import { Vendors } from './vendors';

jest.setTimeout(60_000);

const policy = (action: string) =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Deny', Principal: '*', Action: action, Resource: 'arn:aws:s3:::acme-data/never/*' }],
  });

const bucket = {
  name: 'acme-data',
  region: 'fra1',
  versioning: { enabled: true },
  lifecycle_rule: [
    { id: 'old', enabled: true, noncurrent_version_expiration: { days: 30 } },
    {
      id: 'uploads',
      enabled: true,
      prefix: 'tmp/',
      abort_incomplete_multipart_upload_days: 1,
      expiration: { days: 7 },
    },
  ],
};
const everything: Record<string, object> = {
  'digitalocean_spaces_bucket.data': bucket,
  'digitalocean_spaces_bucket.plain': { name: 'acme-plain', region: 'fra1' },
  'digitalocean_spaces_bucket_policy.data': {
    bucket: '${digitalocean_spaces_bucket.data.name}',
    region: 'fra1',
    policy: policy('s3:DeleteObject'),
  },
  'digitalocean_spaces_bucket_cors_configuration.plain': {
    bucket: '${digitalocean_spaces_bucket.plain.id}',
    region: 'fra1',
    cors_rule: [{ allowed_methods: ['GET', 'PUT'], allowed_origins: ['https://acme.example'], allowed_headers: ['*'] }],
  },
  'digitalocean_spaces_bucket_object.hello': {
    bucket: '${digitalocean_spaces_bucket.data.name}',
    region: 'fra1',
    key: 'a folder/hello (1).json',
    content: '{"hello":"world"}',
    content_type: 'application/json',
    metadata: { owner: 'acme' },
  },
};

describe.each([
  ['as in production', false],
  ['with Terraform checking every plan and result', true],
])('the stand-in for Spaces against the simulated one, %s', (_, strict) => {
  let vendors: Vendors;
  beforeEach(async () => {
    vendors = await new Vendors().start({ strict });
  });
  afterEach(() => vendors.close());

  test('a bucket, its settings, its policy and its objects live and end', async () => {
    vendors.write(everything);
    await vendors.workspace.apply();
    expect(await vendors.workspace.plan()).toEqual({});
    const state = await vendors.workspace.state();
    expect(state['digitalocean_spaces_bucket.data']).toMatchObject({
      id: 'acme-data',
      urn: 'do:space:acme-data',
      endpoint: 'fra1.digitaloceanspaces.com',
      bucket_domain_name: 'acme-data.fra1.digitaloceanspaces.com',
      versioning: [{ enabled: true }],
    });
    const object = await vendors.spaces.get('acme-data', 'a folder/hello (1).json');
    expect(object?.bytes.toString()).toBe('{"hello":"world"}');
    expect(state['digitalocean_spaces_bucket_object.hello']).toMatchObject({
      etag: object?.etag,
      content_type: 'application/json',
    });

    const changed = structuredClone(everything) as Record<string, Record<string, unknown>>;
    Object.assign(changed['digitalocean_spaces_bucket.data'], {
      lifecycle_rule: [bucket.lifecycle_rule[0]],
      force_destroy: true,
    });
    Object.assign(changed['digitalocean_spaces_bucket.plain'], { versioning: { enabled: true } });
    Object.assign(changed['digitalocean_spaces_bucket_cors_configuration.plain'], {
      cors_rule: [{ allowed_methods: ['GET'], allowed_origins: ['*'], max_age_seconds: 60 }],
    });
    Object.assign(changed['digitalocean_spaces_bucket_policy.data'], { policy: policy('s3:PutObject') });
    Object.assign(changed['digitalocean_spaces_bucket_object.hello'], { content: '{}' });
    vendors.write(changed);
    expect(new Set(Object.values(await vendors.workspace.plan()))).toEqual(new Set(['update']));
    await vendors.workspace.apply('plan.bin');
    expect(await vendors.workspace.plan()).toEqual({});
    expect((await vendors.spaces.get('acme-data', 'a folder/hello (1).json'))?.bytes.toString()).toBe('{}');

    // Objects that Terraform does not know are deleted with a bucket that says so, and only with such a one.
    await vendors.spaces.put('acme-data', 'by hand', 'x');
    await vendors.spaces.put('acme-plain', 'by hand', 'x');
    const { output } = await vendors.workspace.run('destroy', '-auto-approve');
    expect(output).toContain('Error: Error deleting Spaces Bucket: acme-plain: BucketNotEmpty: ');
    expect(vendors.spaces.buckets().map((one) => one.name)).toEqual(['acme-plain']);
  });

  test('a bucket is renamed in the state only: the vendor is told nothing', async () => {
    vendors.write({ 'digitalocean_spaces_bucket.data': { name: 'acme-one', region: 'fra1' } });
    await vendors.workspace.apply();
    vendors.write({ 'digitalocean_spaces_bucket.data': { name: 'acme-two', region: 'fra1' } });
    expect(await vendors.workspace.plan()).toEqual({ 'digitalocean_spaces_bucket.data': 'update' });
    vendors.writes();
    await vendors.workspace.apply('plan.bin');
    expect(vendors.writes()).toEqual([]);
    expect((await vendors.workspace.state())['digitalocean_spaces_bucket.data']).toMatchObject({
      name: 'acme-two',
      id: 'acme-one',
    });
    expect(await vendors.workspace.plan()).toEqual({});
  });

  test('settings changed by hand are noticed, and a bucket is imported by region and name', async () => {
    const plain = { name: 'acme-data', region: 'fra1', versioning: { enabled: true } };
    vendors.write({ 'digitalocean_spaces_bucket.data': plain });
    await vendors.workspace.apply();
    await vendors.workspace.ok('state', 'rm', 'digitalocean_spaces_bucket.data');
    await vendors.workspace.ok('import', 'digitalocean_spaces_bucket.data', 'fra1,acme-data');
    const state = (await vendors.workspace.state())['digitalocean_spaces_bucket.data'];
    expect(state).toMatchObject({
      versioning: strict ? [] : [{ enabled: true }],
      region: 'fra1',
      force_destroy: false,
    });
    vendors.write({ 'digitalocean_spaces_bucket.data': { ...plain, region: 'ams3' } });
    expect(await vendors.workspace.plan()).toEqual({ 'digitalocean_spaces_bucket.data': 'delete,create' });
  });
});
