import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { hasAnotherDroplet } from '../../provisioners/another-droplet';

let asked: string[] = [];
let answer: { status: number; body: string };
const server = http.createServer((request, response) => {
  asked.push(`${request.headers.authorization} ${request.url}`);
  response.writeHead(answer.status).end(answer.body);
});
beforeAll(() => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve)));
afterAll(() => server.close());
beforeEach(() => {
  asked = [];
});

const ask = (env: NodeJS.ProcessEnv = { DIGITALOCEAN_TOKEN: 'token' }) =>
  hasAnotherDroplet('shop test', '1', {
    DIGITALOCEAN_API_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    ...env,
  });

const droplets = (...ids: readonly number[]): string =>
  JSON.stringify({ droplets: ids.map((id) => ({ id, volume_ids: [], networks: { v4: [] } })) });

test.each([
  ['only the one', 200, droplets(1), false],
  ['none at all', 200, droplets(), false],
  ['another one', 200, droplets(1, 2), true],
  ['a refusal', 429, '{"id":"too_many_requests"}', undefined],
  ['no JSON', 200, '<html>', undefined],
])('of %s', async (_, status, body, expected) => {
  answer = { status, body };
  expect(await ask()).toBe(expected);
  expect(asked).toEqual(['Bearer token /v2/droplets?name=shop%20test&per_page=200&page=1']);
});

test('nobody there says nothing', async () => {
  expect(await ask({ DIGITALOCEAN_API_URL: 'http://127.0.0.1:1' })).toBeUndefined();
});
