import { json, oneOf } from '../../terraform/check';
import { type Dynamic, type Values } from '../../terraform/value';
import { parts } from '../define';
import { type DigitalOcean } from './api';
import { resource } from './define';
import { spacesRegions } from './rules';

const canonical = (text: Dynamic): string => {
  try {
    return JSON.stringify(sorted(JSON.parse(String(text))));
  } catch {
    return String(text ?? '');
  }
};
const sorted = (value: Dynamic): Dynamic =>
  value === null || typeof value !== 'object' || Array.isArray(value)
    ? value
    : Object.fromEntries(
        Object.keys(value)
          .sort()
          .map((key) => [key, sorted(value[key])]),
      );

export const spacesBucketPolicy = resource('spaces-bucket-policy', {
  forceNew: ['region', 'bucket'],
  check: { region: oneOf(...spacesRegions), policy: json },
  stored: { policy: canonical },
  suppress: { policy: (prior, next) => canonical(prior) === canonical(next) },

  async create(api, v) {
    await put(api, v);
    return { id: v.bucket };
  },
  async read(api, s) {
    const call = { method: 'GET', region: s.region, bucket: s.bucket, query: 'policy' };
    // Whatever goes wrong here, the provider takes it for "there is no policy".
    const answer = await api.spaces.call(call, 'Error reading Spaces bucket policy').catch(() => null);
    return { policy: answer ? canonical(answer.body.toString()) : '' };
  },
  async update(api, v) {
    await put(api, v);
  },
  async delete(api, s) {
    const call = { method: 'DELETE', region: s.region, bucket: s.bucket, query: 'policy' };
    await api.spaces.call(call, 'error deleting Spaces bucket policy');
  },
  importId(id) {
    const [region, bucket] = parts(id, ',', 'importing a Spaces bucket policy requires the format: <region>,<bucket>');
    return { id: bucket, region, bucket };
  },
});

const put = (api: DigitalOcean, v: Values) =>
  api.spaces.call(
    {
      method: 'PUT',
      region: v.region,
      bucket: v.bucket,
      query: 'policy',
      body: v.policy,
      headers: { 'content-type': 'application/json' },
    },
    'Error putting Spaces bucket policy',
  );
