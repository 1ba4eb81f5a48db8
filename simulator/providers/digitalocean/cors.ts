import { lengthBetween, oneOf } from '../../terraform/check';
import { type Dynamic, type Values } from '../../terraform/value';
import { parts } from '../define';
import { type DigitalOcean } from './api';
import { resource } from './define';
import { spacesRegions } from './rules';

const asList = (value: Dynamic): Dynamic[] => (value === undefined || value === '' ? [] : [value].flat());

interface Bucket {
  region: string;
  bucket: string;
}

/** Which web pages may use a bucket. Without rules the bucket's document is taken away. */
export async function putCors(api: DigitalOcean, bucket: Bucket, rules: Values[]): Promise<void> {
  if (rules.length === 0) {
    await api.spaces.call({ ...bucket, method: 'DELETE', query: 'cors' }, 'Error deleting Spaces CORS');
    return;
  }
  const CORSRule = rules.map((rule) => ({
    ...(rule.id ? { ID: rule.id } : {}),
    AllowedHeader: rule.allowed_headers ?? [],
    AllowedMethod: rule.allowed_methods,
    AllowedOrigin: rule.allowed_origins,
    ExposeHeader: rule.expose_headers ?? [],
    ...(rule.max_age_seconds ? { MaxAgeSeconds: rule.max_age_seconds } : {}),
  }));
  const document = { CORSConfiguration: { CORSRule } };
  await api.spaces.sendDocument({ ...bucket, method: 'PUT', query: 'cors' }, document, 'Error putting Spaces CORS');
}

const corsValues = (rule: Dynamic): Values => ({
  id: rule.ID ?? '',
  allowed_headers: asList(rule.AllowedHeader),
  allowed_methods: asList(rule.AllowedMethod),
  allowed_origins: asList(rule.AllowedOrigin),
  expose_headers: asList(rule.ExposeHeader),
  max_age_seconds: Number(rule.MaxAgeSeconds ?? 0),
});

export const spacesBucketCorsConfiguration = resource('spaces-bucket-cors-configuration', {
  forceNew: ['region'],
  check: { region: oneOf(...spacesRegions), 'cors_rule.id': lengthBetween(0, 255) },
  max: { cors_rule: 100 },

  async create(api, v) {
    await putCors(api, { region: v.region, bucket: v.bucket }, v.cors_rule);
    return { id: v.bucket };
  },
  async read(api, s) {
    const call = { region: s.region, bucket: s.id, query: 'cors' };
    const document = await api.spaces.document(call, `error reading Spaces CORS configuration (${s.id})`);
    const rules = asList(document?.CORSConfiguration?.CORSRule);
    return rules.length > 0 ? { bucket: s.id, cors_rule: rules.map(corsValues) } : null;
  },
  async update(api, v) {
    await putCors(api, { region: v.region, bucket: v.id }, v.cors_rule);
  },
  async delete(api, s) {
    await putCors(api, { region: s.region, bucket: s.id }, []);
  },
  importId(id) {
    const [region, bucket] = parts(id, ',', 'importing a Spaces bucket requires the format: <region>,<name>');
    return { id: bucket, region, bucket };
  },
});
