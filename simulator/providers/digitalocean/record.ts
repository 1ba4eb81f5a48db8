import { atLeast, between, oneOf, notZero } from '../../terraform/check';
import { type Change } from '../../terraform/resource';
import { type Values } from '../../terraform/value';
import { parts } from '../define';
import { omitEmpty } from '../go';
import { DigitalOceanError } from './api';
import { resource } from './define';

const dotted = ['CNAME', 'MX', 'NS', 'SRV', 'CAA'];

export const record = resource('record', {
  forceNew: ['domain', 'type'],
  check: {
    type: oneOf('A', 'AAAA', 'CAA', 'CNAME', 'MX', 'NS', 'TXT', 'SRV', 'SOA'),
    domain: notZero,
    name: notZero,
    port: between(0, 65535),
    priority: between(0, 65535),
    weight: between(0, 65535),
    ttl: atLeast(1),
    flags: between(0, 255),
    tag: oneOf('issue', 'issuewild', 'iodef'),
  },
  suppress: {
    // A name may be given in full; the API always tells the short one.
    name: (prior, next, { config }) => next === (prior === '@' ? `${config.domain}.` : `${prior}.${config.domain}.`),
    value: (prior, next, { config }) =>
      (prior === '@' && next === `${config.domain}.`) || prior === `${next}.${config.domain}.`,
  },
  volatile: ['fqdn'],

  plan(change: Change) {
    const { type } = change.planned;
    const lacks = (name: string) => change.config[name] === null;
    const required = (names: string[]) => {
      for (const name of names)
        if (lacks(name)) throw new Error(`\`${name}\` is required for when type is \`${type}\``);
    };
    if (type === 'MX') required(['priority']);
    if (type === 'SRV') required(['priority', 'weight']);
    if (type === 'CAA') required(['flags', 'tag']);
  },
  async create(api, v) {
    if (v.type === 'SRV' && !v.port) throw new Error('`port` is required for when type is `SRV`');
    const answer = await api.post(
      `/v2/domains/${v.domain}/records`,
      { type: v.type, ...body(v) },
      'Failed to create record',
    );
    return { id: String(answer.domain_record.id) };
  },
  async read(api, s) {
    const answer = await api.find(`/v2/domains/${s.domain}/records/${s.id}`, 'Error retrieving record');
    if (!answer) return null;
    const { name, type, data, port, priority, ttl, weight, flags, tag } = answer.domain_record;
    // The API leaves off the dot that ends a full name.
    const value = dotted.includes(type) && data !== '@' && tag !== 'iodef' ? `${data}.` : data;
    return {
      name,
      type,
      value,
      ttl,
      port: port ?? 0,
      priority: priority ?? 0,
      weight: weight ?? 0,
      flags: flags ?? 0,
      tag: tag ?? '',
      fqdn: fullName(name, s.domain),
    };
  },
  async update(api, v) {
    await api.put(`/v2/domains/${v.domain}/records/${v.id}`, body(v), 'Failed to update record');
  },
  async delete(api, s) {
    await api.delete(`/v2/domains/${s.domain}/records/${s.id}`, 'Error deleting record').catch((error: Error) => {
      if (!(error instanceof DigitalOceanError && error.status === 404)) throw error;
    });
  },
  importId(id) {
    const [domain, record] = parts(id, ',', 'Error importing record: please pass ID in the form "domain,record_id"');
    return { id: record, domain };
  },
});

/** Numbers are sent even when they are zero. */
const body = (v: Values): Values => ({
  name: v.name,
  data: v.value,
  priority: v.priority ?? 0,
  port: v.port ?? 0,
  ...omitEmpty({ ttl: v.ttl }),
  weight: v.weight ?? 0,
  flags: v.flags ?? 0,
  ...omitEmpty({ tag: v.tag }),
});

function fullName(name: string, domain: string): string {
  if (name === '@') return domain;
  const lowered = name.toLowerCase();
  return lowered.endsWith(`${domain}.`) ? lowered.slice(0, -1) : `${name}.${domain}`;
}
