import { z } from 'zod';
import { unprocessable } from './api-error';
import type { Cloud } from './cloud';
import { DEFAULT_TTL, recordRequest, resolveRecord, zoneFile, type RecordRequest } from './domain-record';
import { body, page, type Api, type Call } from './http';
import { assignToDefault } from './project';
import type { Domain, DomainRecord } from './state';

const HOSTNAME = /^(?=.{1,253}$)([a-zA-Z0-9]([a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?\.)+[a-zA-Z]{2,63}$/;
const NAME_SERVERS = ['ns1.digitalocean.com', 'ns2.digitalocean.com', 'ns3.digitalocean.com'];

function addRecord(cloud: Cloud, domain: Domain, given: RecordRequest): DomainRecord {
  const id = 1_700_000_000 + cloud.count('record');
  return (domain.records[id] = { id, ...resolveRecord(domain, given) });
}

/** Adds a domain with the records that the vendor gives each, and an A record for an address. */
export function createDomain(cloud: Cloud, name: string, ip?: string): Domain {
  const { domains } = cloud.state;
  if (!HOSTNAME.test(name))
    throw unprocessable('Name Only valid hostname characters are allowed. (a-z, A-Z, 0-9, . and -)');
  if (Object.hasOwn(domains, name)) throw unprocessable('Name already exists');
  const domain: Domain = { name, ttl: DEFAULT_TTL, records: {} };
  addRecord(cloud, domain, { type: 'SOA', name: '@', data: '1800' });
  for (const server of NAME_SERVERS) addRecord(cloud, domain, { type: 'NS', name: '@', data: `${server}.` });
  if (ip) addRecord(cloud, domain, { type: 'A', name: '@', data: ip });
  domains[name] = domain;
  assignToDefault(cloud, `do:domain:${name}`);
  return domain;
}

export function mountDomains(api: Api, cloud: Cloud): void {
  const { domains } = cloud.state;
  const render = (domain: Domain) => ({ name: domain.name, ttl: domain.ttl, zone_file: zoneFile(domain) });
  const wanted = (call: Call) => cloud.find(domains, call.req.param('domain')!);
  const wantedRecord = (call: Call) => cloud.find(wanted(call).records, call.req.param('record')!);

  api.get('/v2/domains', (call) => page(call, 'domains', Object.values(domains).map(render)));

  api.post('/v2/domains', async (call) => {
    const { name, ip_address: ip } = await body(
      call,
      z.object({ name: z.string(), ip_address: z.string().optional() }),
    );
    const domain = createDomain(cloud, name, ip);
    // The zone file is written a little later than the answer.
    return call.json({ domain: { ...render(domain), zone_file: null } }, 201);
  });

  api.get('/v2/domains/:domain', (call) => call.json({ domain: render(wanted(call)) }));

  api.delete('/v2/domains/:domain', (call) => {
    const { name } = wanted(call);
    delete cloud.state.assignments[`do:domain:${name}`];
    delete domains[name];
    return call.body(null, 204);
  });

  api.get('/v2/domains/:domain/records', (call) => {
    const { name, type } = call.req.query();
    const domain = wanted(call);
    // The filter takes whole names: https://docs.digitalocean.com/reference/api/digitalocean/#tag/Domain-Records
    const relative =
      name === domain.name ? '@' : name?.endsWith(`.${domain.name}`) ? name.slice(0, -domain.name.length - 1) : name;
    const records = Object.values(domain.records).filter(
      (r) => (!type || r.type === type) && (!name || r.name === relative),
    );
    return page(call, 'domain_records', records);
  });

  api.post('/v2/domains/:domain/records', async (call) => {
    const domain = wanted(call);
    return call.json({ domain_record: addRecord(cloud, domain, await body(call, recordRequest)) }, 201);
  });

  api.get('/v2/domains/:domain/records/:record', (call) => call.json({ domain_record: wantedRecord(call) }));

  api.on(['PUT', 'PATCH'], '/v2/domains/:domain/records/:record', async (call) => {
    const record = wantedRecord(call);
    const given = await body(call, recordRequest);
    return call.json({
      domain_record: Object.assign(record, resolveRecord(wanted(call), { ...given, type: undefined }, record)),
    });
  });

  api.delete('/v2/domains/:domain/records/:record', (call) => {
    delete wanted(call).records[wantedRecord(call).id];
    return call.body(null, 204);
  });
}
