import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { notZero, oneOf } from '../../terraform/check';
import { type Values } from '../../terraform/value';
import { omitEmpty } from '../go';
import { type DigitalOcean } from './api';
import { resource } from './define';
import { spacesRegions } from './rules';

const headers: Record<string, string> = {
  cache_control: 'cache-control',
  content_disposition: 'content-disposition',
  content_encoding: 'content-encoding',
  content_language: 'content-language',
  content_type: 'content-type',
  website_redirect: 'x-amz-website-redirect-location',
};
const content = ['source', 'content', 'content_base64'];

export const spacesBucketObject = resource('spaces-bucket-object', {
  forceNew: ['bucket', 'region', 'key'],
  defaults: { acl: 'private', force_destroy: false },
  check: {
    bucket: notZero,
    region: oneOf(...spacesRegions),
    key: notZero,
    acl: oneOf('private', 'public-read'),
    metadata: (value: Values, key) => {
      const bad = Object.keys(value).find((name) => name !== name.toLowerCase());
      return bad ? `Metadata must be lowercase only. Offending key: "${bad}"` : key && undefined;
    },
  },
  conflicts: {
    source: ['content', 'content_base64'],
    content: ['source', 'content_base64'],
    content_base64: ['source', 'content'],
  },
  volatile: ['etag', 'version_id', 'content_type'],

  plan(change) {
    if (change.prior && ['etag', ...content].some((name) => change.changed(name))) change.setUnknown('version_id');
  },
  async create(api, v) {
    await put(api, v);
    return { id: v.key };
  },
  async read(api, s) {
    const call = { method: 'HEAD', region: s.region, bucket: s.bucket, key: s.key };
    const answer = await api.spaces.find(call, `error reading Spaces object (${s.key})`);
    if (!answer) return null;
    const told = (name: string) => String(answer.headers[name] ?? '');
    const metadata = Object.entries(answer.headers).filter(([name]) => name.startsWith('x-amz-meta-'));
    return {
      ...Object.fromEntries(Object.entries(headers).map(([name, header]) => [name, told(header)])),
      metadata:
        metadata.length === 0
          ? null
          : Object.fromEntries(metadata.map(([name, value]) => [name.slice('x-amz-meta-'.length), value])),
      version_id: told('x-amz-version-id'),
      // The quotes belong to HTTP; `-2` and the like to a key for encryption.
      etag: told('etag').replaceAll('"', ''),
    };
  },
  async update(api, v, prior) {
    const call = { method: 'PUT', region: v.region, bucket: v.bucket, key: v.key };
    const kept = ['etag', 'metadata', ...content, ...Object.keys(headers)].every(
      (name) => JSON.stringify(v[name]) === JSON.stringify(prior[name]),
    );
    if (!kept) await put(api, v);
    else if (v.acl !== prior.acl) {
      await api.spaces.call(
        { ...call, query: 'acl', headers: { 'x-amz-acl': v.acl } },
        'error putting Spaces object ACL',
      );
    }
  },
  async delete(api, s) {
    await deleteObject(api, s);
  },
  importId: false,
});

async function put(api: DigitalOcean, v: Values): Promise<void> {
  const body = v.source
    ? readFileSync(v.source)
    : v.content_base64
      ? Buffer.from(v.content_base64, 'base64')
      : Buffer.from(v.content ?? '');
  const metadata = Object.entries((v.metadata ?? {}) as Record<string, string>).map(([name, value]) => [
    `x-amz-meta-${name}`,
    value,
  ]);
  const sent = {
    'x-amz-acl': v.acl,
    'content-md5': createHash('md5').update(body).digest('base64'),
    ...omitEmpty(Object.fromEntries(Object.entries(headers).map(([name, header]) => [header, v[name]]))),
    ...Object.fromEntries(metadata),
  };
  const call = { method: 'PUT', region: v.region, bucket: v.bucket, key: v.key, headers: sent, body };
  await api.spaces.call(call, `Error putting object in Spaces bucket (${v.bucket})`);
}

async function deleteObject(api: DigitalOcean, s: Values): Promise<void> {
  const failure = `Error deleting Spaces bucket (${s.bucket}) object (${s.key})`;
  const call = { region: s.region, bucket: s.bucket, key: s.key };
  if (!s.version_id) {
    await api.spaces.call({ ...call, method: 'DELETE' }, failure);
    return;
  }
  // In a bucket with versions every version of the object goes.
  const query = `prefix=${encodeURIComponent(s.key)}&versions=`;
  const listed =
    (await api.spaces.document({ region: s.region, bucket: s.bucket, query }, failure))?.ListVersionsResult ?? {};
  const versions = [listed.Version ?? [], listed.DeleteMarker ?? []].flat().filter((one: Values) => one.Key === s.key);
  for (const { VersionId } of versions)
    await api.spaces.call({ ...call, method: 'DELETE', query: `versionId=${VersionId}` }, failure);
}
