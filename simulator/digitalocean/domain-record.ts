import { z } from 'zod';
import { unprocessable } from './api-error';
import type { Domain, DomainRecord } from './state';

export const TYPES = ['A', 'AAAA', 'CAA', 'CNAME', 'MX', 'NS', 'SOA', 'SRV', 'TXT'] as const;
export type RecordType = (typeof TYPES)[number];

/** Seconds. */
export const DEFAULT_TTL = 1800;
const MIN_TTL = 30;

const small = (name: string, max: number) =>
  z.number().int().min(0, `${name} must be at least 0`).max(max, `${name} must be at most ${max}`).nullish();

export const recordRequest = z.object({
  type: z.enum(TYPES).optional(),
  name: z.string().optional(),
  data: z.string().optional(),
  priority: small('Priority', 65535),
  port: small('Port', 65535),
  ttl: z.number().int().nullish(),
  weight: small('Weight', 65535),
  flags: small('Flags', 255),
  tag: z.string().nullish(),
});

export type RecordRequest = z.infer<typeof recordRequest>;

const IPV4 = /^(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.|$)){4}$/;
const HOSTNAMES: readonly string[] = ['CNAME', 'MX', 'NS', 'SRV'];

/** Names are kept relative to the domain: `@` for the domain itself, `www` for `www.example.com.`. */
function relativeName(given: string, domain: string): string {
  if (given === '@' || given === `${domain}.`) return '@';
  const name = given.endsWith(`.${domain}.`) ? given.slice(0, -domain.length - 2) : given;
  if (name.endsWith('.')) throw unprocessable(`Name must be within the domain ${domain}.`);
  if (!/^[a-zA-Z0-9_*][a-zA-Z0-9_.*-]*$/.test(name)) {
    throw unprocessable(
      "Name Only valid hostname characters are allowed. (a-z, A-Z, 0-9, ., _ and -) Or a single record of '@'.",
    );
  }
  return name;
}

/** Host names are answered without their trailing dot; providers add it again. */
function hostname(given: string, domain: string): string {
  if (given === '@' || given === `${domain}.`) return '@';
  if (given.endsWith('.')) return given.slice(0, -1);
  if (given.includes('.')) throw unprocessable('Data needs to end with a dot (.)');
  return `${given}.${domain}`;
}

function data(type: string, given: string, domain: string, tag?: string | null): string {
  if (given === '') throw unprocessable("Data can't be blank.");
  if (type === 'A' && given !== '@' && !IPV4.test(given))
    throw unprocessable('Data IP address did not match IPv4 format (e.g. 127.0.0.1).');
  if (type === 'AAAA' && !/^[0-9a-fA-F:.]*:[0-9a-fA-F:.]*$/.test(given))
    throw unprocessable('Data IP address did not match IPv6 format (e.g. 2001:db8::ff00:42:8329).');
  if (type === 'CAA') return tag === 'iodef' ? given : hostname(given, domain);
  return HOSTNAMES.includes(type) ? hostname(given, domain) : given;
}

/** The record that this request makes or leaves, or a refusal in the vendor's words. */
export function resolveRecord(domain: Domain, given: RecordRequest, before?: DomainRecord): Omit<DomainRecord, 'id'> {
  const type = given.type ?? before?.type;
  if (!type) throw unprocessable('Type must be one of ' + TYPES.join(', '));
  const merged = { name: '@', data: '', ...before, ...given, type };
  const ttl = merged.ttl ?? DEFAULT_TTL;
  if (ttl < MIN_TTL) throw unprocessable(`TTL must be at least ${MIN_TTL} seconds.`);
  if (type === 'CAA' && !['issue', 'issuewild', 'iodef'].includes(merged.tag ?? ''))
    throw unprocessable('Tag must be one of issue, issuewild, iodef');
  const name = relativeName(merged.name, domain.name);
  const others = Object.values(domain.records).filter((other) => other !== before && other.name === name);
  if (type === 'CNAME' ? others.length > 0 : others.some((other) => other.type === 'CNAME')) {
    throw unprocessable('CNAME records cannot share a name with other records');
  }
  const value = given.data === undefined && before ? before.data : data(type, merged.data, domain.name, merged.tag);
  return {
    type,
    name,
    data: value,
    priority: type === 'MX' || type === 'SRV' ? (merged.priority ?? 0) : null,
    port: type === 'SRV' ? (merged.port ?? 0) : null,
    ttl,
    weight: type === 'SRV' ? (merged.weight ?? 0) : null,
    flags: type === 'CAA' ? (merged.flags ?? 0) : null,
    tag: type === 'CAA' ? (merged.tag ?? null) : null,
  };
}

/** The zone as a name server reads it. */
export function zoneFile(domain: Domain): string {
  const lines = Object.values(domain.records)
    .filter(({ type }) => type !== 'SOA')
    .map(({ type, name, data: value, ttl, priority }) => {
      const owner = name === '@' ? `${domain.name}.` : `${name}.${domain.name}.`;
      const shown = HOSTNAMES.includes(type) && value !== '@' ? `${value}.` : value;
      return [owner, ttl, 'IN', type, ...(priority === null ? [] : [priority]), shown].join(' ');
    });
  return [
    `$ORIGIN ${domain.name}.`,
    `$TTL ${domain.ttl}`,
    `${domain.name}. IN SOA ns1.digitalocean.com. hostmaster.${domain.name}. 1 10800 3600 604800 1800`,
    ...lines,
    '',
  ].join('\n');
}
