import { type Account, openAccount } from './account';

let account: Account;
beforeEach(async () => {
  account = await openAccount();
  await account.expect(201, 'POST', '/v2/domains', { name: 'example.com' });
});
afterEach(() => account.close());

/** Sent with zeros, as the real provider does. */
const request = (fields: object) => ({
  type: 'A',
  name: '@',
  data: '198.51.100.7',
  priority: 0,
  port: 0,
  ttl: 300,
  weight: 0,
  flags: 0,
  ...fields,
});
const add = async (fields: object) =>
  (await account.expect(201, 'POST', '/v2/domains/example.com/records', request(fields))).domain_record;

test('a new domain has its SOA and name servers, and is 404 once it is deleted', async () => {
  const { domain_records: records } = await account.expect(200, 'GET', '/v2/domains/example.com/records');
  expect(records.map(({ type, name, data }: Record<string, string>) => `${type} ${name} ${data}`)).toEqual([
    'SOA @ 1800',
    'NS @ ns1.digitalocean.com',
    'NS @ ns2.digitalocean.com',
    'NS @ ns3.digitalocean.com',
  ]);
  expect((await account.expect(200, 'GET', '/v2/domains/example.com')).domain).toMatchObject({
    ttl: 1800,
    zone_file: expect.stringContaining('$ORIGIN example.com.'),
  });
  await account.expect(204, 'DELETE', '/v2/domains/example.com');
  await account.expect(404, 'GET', '/v2/domains/example.com');
});

test('a domain can begin with an address', async () => {
  await account.expect(201, 'POST', '/v2/domains', { name: 'other.example', ip_address: '198.51.100.9' });
  const { domain_records: records } = await account.expect(200, 'GET', '/v2/domains/other.example/records?type=A');
  expect(records).toEqual([expect.objectContaining({ type: 'A', name: '@', data: '198.51.100.9', ttl: 1800 })]);
});

test.each([
  [{ name: '@' }, { name: '@' }],
  [{ name: 'example.com.' }, { name: '@' }],
  [{ name: 'www.example.com.' }, { name: 'www' }],
  [{ name: 'www.example.com' }, { name: 'www.example.com' }],
  [{ name: '*' }, { name: '*' }],
  [{ type: 'CNAME', name: 'www', data: 'target.example.net.' }, { data: 'target.example.net' }],
  [{ type: 'CNAME', name: 'www', data: '@' }, { data: '@' }],
  [{ type: 'CNAME', name: 'www', data: 'example.com.' }, { data: '@' }],
  [{ type: 'CNAME', name: 'www', data: 'app' }, { data: 'app.example.com' }],
  [
    { type: 'MX', name: '@', data: 'mail.example.net.', priority: 10 },
    { data: 'mail.example.net', priority: 10, weight: null },
  ],
  [
    { type: 'SRV', name: '_sip._tcp', data: 'sip.example.net.', priority: 1, weight: 2, port: 5060 },
    { priority: 1, weight: 2, port: 5060 },
  ],
  [
    { type: 'CAA', name: '@', data: 'letsencrypt.org.', tag: 'issue', flags: 0 },
    { data: 'letsencrypt.org', tag: 'issue', flags: 0 },
  ],
  [{ type: 'CAA', name: '@', data: 'mailto:me@example.com', tag: 'iodef' }, { data: 'mailto:me@example.com' }],
  [
    { type: 'TXT', name: '@', data: 'v=spf1 -all' },
    { data: 'v=spf1 -all', priority: null, port: null, flags: null, tag: null },
  ],
  [{ type: 'AAAA', name: '@', data: '2001:db8::7' }, { data: '2001:db8::7' }],
])('names are answered relative to the domain and host names without their last dot: %j', async (fields, expected) => {
  const record = await add(fields);
  expect(record).toMatchObject(expected);
  expect((await account.expect(200, 'GET', `/v2/domains/example.com/records/${record.id}`)).domain_record).toEqual(
    record,
  );
});

test.each([
  [{ data: '1.2.3.256' }, 'Data IP address did not match IPv4 format (e.g. 127.0.0.1).'],
  [{ type: 'AAAA', data: '1.2.3.4' }, 'Data IP address did not match IPv6 format (e.g. 2001:db8::ff00:42:8329).'],
  [{ type: 'CNAME', name: 'www', data: 'target.example.net' }, 'Data needs to end with a dot (.)'],
  [{ type: 'CNAME', name: '@', data: 'target.example.net.' }, 'CNAME records cannot share a name with other records'],
  [{ type: 'TXT', data: '' }, "Data can't be blank."],
  [{ name: 'www.example.org.' }, 'Name must be within the domain example.com.'],
  [{ ttl: 5 }, 'TTL must be at least 30 seconds.'],
  [{ type: 'CAA', data: 'letsencrypt.org.' }, 'Tag must be one of issue, issuewild, iodef'],
])('a wrong record is refused: %j', async (fields, message) => {
  expect(await account.expect(422, 'POST', '/v2/domains/example.com/records', request(fields))).toMatchObject({
    id: 'unprocessable_entity',
    message,
  });
});

test('a record is changed in place, found by its whole name, and deleted', async () => {
  const { id } = await add({ name: 'www' });
  const { domain_record: changed } = await account.expect(
    200,
    'PUT',
    `/v2/domains/example.com/records/${id}`,
    request({ name: 'www', data: '198.51.100.8', ttl: 60 }),
  );
  expect(changed).toMatchObject({ id, type: 'A', data: '198.51.100.8', ttl: 60 });
  const { domain_records: found } = await account.expect(
    200,
    'GET',
    '/v2/domains/example.com/records?name=www.example.com&type=A',
  );
  expect(found).toEqual([changed]);
  await account.expect(204, 'DELETE', `/v2/domains/example.com/records/${id}`);
  await account.expect(404, 'GET', `/v2/domains/example.com/records/${id}`);
});

test.each([
  ['example.com', 'Name already exists'],
  ['no dots', 'Name Only valid hostname characters are allowed. (a-z, A-Z, 0-9, . and -)'],
])('a wrong domain is refused: %s', async (name, message) => {
  expect(await account.expect(422, 'POST', '/v2/domains', { name })).toMatchObject({ message });
});
