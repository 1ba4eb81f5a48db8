import { atLeast, lengthBetween, oneOfAnyCase } from '../../terraform/check';
import { type Check } from '../../terraform/schema';
import { type Values } from '../../terraform/value';
import { first, parts, same } from '../define';
import { type DigitalOcean } from './api';
import { emptyBucket } from './bucket-emptying';
import { putCors } from './cors';
import { resource } from './define';
import { lifecycleDocument, lifecycleRules } from './lifecycle';
import { lower, spacesRegions } from './rules';
import { SpacesError } from './spaces';

const day: Check = (value) =>
  Number.isNaN(Date.parse(`${value}T00:00:00Z`))
    ? `"${value}" cannot be parsed as RFC3339 Timestamp Format`
    : undefined;

export const spacesBucket = resource('spaces-bucket', {
  forceNew: ['region'],
  defaults: { acl: 'private', force_destroy: false, region: 'nyc3', 'versioning.enabled': false },
  check: {
    region: oneOfAnyCase(...spacesRegions),
    'lifecycle_rule.id': lengthBetween(0, 255),
    'lifecycle_rule.prefix': (value, key) =>
      String(value).startsWith('/')
        ? { warning: `${key} begins with \`/\`. In most cases, this should be excluded.` }
        : undefined,
    'lifecycle_rule.expiration.date': day,
    'lifecycle_rule.expiration.days': atLeast(0),
    'lifecycle_rule.noncurrent_version_expiration.days': atLeast(1),
  },
  deprecated: {
    cors_rule:
      'Terraform will only perform drift detection if a configuration value is provided. Use the resource ' +
      '`digitalocean_spaces_bucket_cors_configuration` instead.',
  },
  stored: { region: lower },
  // Once a bucket has versions the block can be left out again: nothing happens.
  suppress: { versioning: (prior, next) => prior.length === 1 && next.length === 0 },

  async create(api, v, made) {
    const bucket = { region: lower(v.region), bucket: v.name as string };
    await api.spaces.call(
      { ...bucket, method: 'PUT', headers: { 'x-amz-acl': v.acl } },
      'Error creating Spaces bucket',
    );
    made({ id: v.name, urn: `do:space:${v.name}` });
    await api.wait(
      () => api.spaces.find({ ...bucket, method: 'HEAD' }, 'Error creating Spaces bucket'),
      'Error creating Spaces bucket',
    );
    await settings(api, v, { acl: null, versioning: [], lifecycle_rule: [], cors_rule: [] });
    return { bucket_domain_name: `${v.name}.${v.region}.digitaloceanspaces.com` };
  },
  async read(api, s) {
    const bucket = { region: lower(s.region ?? 'nyc3'), bucket: s.id as string };
    if (!(await api.spaces.find({ ...bucket, method: 'HEAD' }, `error reading Spaces Bucket (${s.id})`))) return null;
    const location = await api.spaces.document(
      { ...bucket, query: 'location' },
      `error getting Spaces Bucket location`,
    );
    const region: string = location?.LocationConstraint || bucket.region;
    const versioning = await api.spaces.document(
      { ...bucket, query: 'versioning' },
      `error getting Spaces Bucket versioning (${s.id})`,
    );
    const lifecycle = await api.spaces.document(
      { ...bucket, query: 'lifecycle' },
      `error getting Spaces Bucket lifecycle (${s.id})`,
    );
    return {
      name: s.name || s.id,
      region,
      urn: `do:space:${s.id}`,
      bucket_domain_name: s.bucket_domain_name || `${s.id}.${region}.digitaloceanspaces.com`,
      endpoint: `${region}.digitaloceanspaces.com`,
      versioning: [{ enabled: versioning?.VersioningConfiguration?.Status === 'Enabled' }],
      lifecycle_rule: lifecycleRules(lifecycle),
    };
  },
  async update(api, v, prior) {
    // Another name is stored and nothing else: the bucket keeps its own.
    await settings(api, { ...v, name: v.id }, prior);
  },
  async delete(api, s) {
    const bucket = { region: lower(s.region), bucket: s.id as string };
    const failure = `Error deleting Spaces Bucket: ${s.id}`;
    const remove = () => api.spaces.call({ ...bucket, method: 'DELETE' }, failure);
    await remove().catch(async (error: Error) => {
      if (!(error instanceof SpacesError) || error.code !== 'BucketNotEmpty' || !s.force_destroy) throw error;
      await emptyBucket(api, bucket, failure);
      await remove();
    });
  },
  importId(id) {
    const [region, name] = parts(id, ',', 'importing a Spaces bucket requires the format: <region>,<name>');
    return { id: name, name, region, force_destroy: false };
  },
});

/** Sends each of the bucket's documents that changed. */
async function settings(api: DigitalOcean, v: Values, prior: Values): Promise<void> {
  const bucket = { region: lower(v.region), bucket: v.name as string };
  const changed = (name: string): boolean => !same(v[name], prior[name]);
  if (changed('acl')) {
    await api.spaces.call(
      { ...bucket, method: 'PUT', query: 'acl', headers: { 'x-amz-acl': v.acl } },
      'Error putting Spaces ACL',
    );
  }
  if (changed('cors_rule')) await putCors(api, bucket, v.cors_rule ?? []);
  if (changed('versioning') && v.versioning?.length) {
    const document = {
      VersioningConfiguration: { Status: first<Values>(v.versioning)?.enabled ? 'Enabled' : 'Suspended' },
    };
    await api.spaces.sendDocument(
      { ...bucket, method: 'PUT', query: 'versioning' },
      document,
      'Error putting Spaces versioning',
    );
  }
  if (changed('lifecycle_rule')) {
    const failure = 'Error putting Spaces lifecycle';
    if (!v.lifecycle_rule?.length) await api.spaces.call({ ...bucket, method: 'DELETE', query: 'lifecycle' }, failure);
    else
      await api.spaces.sendDocument(
        { ...bucket, method: 'PUT', query: 'lifecycle' },
        lifecycleDocument(v.lifecycle_rule),
        failure,
      );
  }
}
