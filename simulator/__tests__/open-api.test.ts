import { existsSync } from 'node:fs';
import { isKnownViolation } from './known-violations';
import { DESCRIPTIONS, OpenApi, type Vendor } from './open-api';

const HOW: Record<Vendor, string> = {
  digitalocean: 'it is data of the vendor: set SIMULATOR_OPENAPI to a folder that has it',
  github: 'scripts/fetch-openapi.sh brings it',
};

// All traffic of the tests goes through this checker: it must see what is wrong, and say when it looked at nothing.
describe.each(['digitalocean', 'github'] as const)('%s', (vendor) => {
  const has = existsSync(DESCRIPTIONS[vendor]);
  const title = has
    ? "traffic is held against the vendor's description"
    : `SKIPPED: no description at ${DESCRIPTIONS[vendor]} (${HOW[vendor]})`;
  (has ? test : test.skip)(title, () => expect(OpenApi.of(vendor)).toBeInstanceOf(OpenApi));
});

const description = OpenApi.of('digitalocean');
const checked = description ? test : test.skip;

checked.each([
  ['a route that does not exist', { method: 'GET', path: '/v2/nonsense', status: 200 }, /no such operation/],
  [
    'a status that is not described',
    { method: 'POST', path: '/v2/tags', request: { name: 'a' }, status: 202 },
    /status 202 is not described/,
  ],
  [
    'a request without a required field',
    { method: 'POST', path: '/v2/vpcs', request: { name: 'a' }, status: 201, answer: {} },
    /request: .*'region'/,
  ],
  [
    'an answer of the wrong type',
    { method: 'GET', path: '/v2/account', status: 200, answer: { account: 1 } },
    /answer: \/account must be object/,
  ],
  [
    'a query that is not described',
    { method: 'GET', path: '/v2/tags?colour=red', status: 200, answer: { tags: [], meta: { total: 0 } } },
    /query: colour/,
  ],
])('the checker sees %s', (_, exchange, problem) => {
  expect(description!.check(exchange).join('\n')).toMatch(problem);
});

checked('the checker lets a right exchange pass, nulls included', () => {
  expect(
    description!.check({
      method: 'GET',
      path: '/v2/domains/example.com',
      status: 200,
      answer: { domain: { name: 'example.com', ttl: 1800, zone_file: null } },
    }),
  ).toEqual([]);
});

const github = OpenApi.of('github');
(github ? test : test.skip)('the checker sees what is wrong at GitHub too', () => {
  const path = '/repos/acme/website/environments/production';
  expect(
    github!
      .check({ method: 'PUT', path, request: { can_admins_bypass: true }, status: 200, answer: { name: 'production' } })
      .join('\n'),
  ).toMatch(/request: .*can_admins_bypass[^]*answer: .*'node_id'/);
  expect(
    github!.check({ method: 'GET', path: '/repositories/1/environments/production/secrets/A', status: 200 }),
  ).toEqual(['the vendor has no such operation']);
});

test("an excuse covers one request's one mistake, nothing else", () => {
  const path = '/v2/droplets/7/actions';
  const problem = 'request: /type must be equal to one of the allowed values';
  expect(isKnownViolation('POST', path, { type: 'change_backup_policy' }, problem)).toBe(true);
  expect(isKnownViolation('POST', path, { type: 'dance' }, problem)).toBe(false);
  expect(isKnownViolation('POST', '/v2/droplets', { type: 'change_backup_policy' }, problem)).toBe(false);
});
