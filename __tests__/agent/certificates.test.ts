import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import tls from 'node:tls';
import { type CertificateOptions, Certificates } from '../../agent/certificates';

const folder = mkdtempSync(join(tmpdir(), 'certificates-'));
const servers: tls.Server[] = [];
afterAll(() => {
  for (const server of servers) server.close();
  rmSync(folder, { recursive: true, force: true });
});

/** A proxy that has a certificate for one name. */
async function proxy(name: string, days: number): Promise<number> {
  const [key, cert] = [join(folder, `${name}.key`), join(folder, `${name}.pem`)];
  execFileSync(
    'openssl',
    [
      'req',
      '-x509',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:prime256v1',
      '-nodes',
      '-keyout',
      key,
      '-out',
      cert,
      '-subj',
      '/CN=x',
      '-addext',
      `subjectAltName=DNS:${name}`,
      '-days',
      String(days),
    ],
    { stdio: 'pipe' },
  );
  const server = tls.createServer({ key: readFileSync(key), cert: readFileSync(cert) }, (socket) => socket.end());
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

const nobody = { resolve: () => Promise.reject(new Error('ENOTFOUND')), grace: 0 };
const look = (domain: string, options: CertificateOptions) =>
  new Certificates({ ...nobody, ...options }).look({ domain, services: {} });

test('a certificate for the name is told with its end', async () => {
  const report = await look('shop.example', { port: await proxy('shop.example', 30) });
  expect(Date.parse(report['shop.example']!.until!) - Date.now()).toBeGreaterThan(29 * 86_400_000);
});

test.each([
  ['of another name', 'other.example', {}, 'no certificate yet, and the name leads nowhere'],
  [
    'that leads somewhere else',
    'elsewhere.example',
    { resolve: () => Promise.resolve(['203.0.113.9', '203.0.113.10']) },
    'no certificate yet, and the name leads to 203.0.113.9, 203.0.113.10',
  ],
])('a name without one is told with where it leads: %s', async (_, domain, options, says) => {
  const port = await proxy(`one-${domain}`, 30);
  expect((await look(domain, { port, ...options }))[domain]!.problem).toMatch(
    new RegExp(`^${says}\\. The proxy asks again by itself`),
  );
});

test('nobody is told before the proxy has had its time, and the time counts from the first look', async () => {
  const certificates = new Certificates({ ...nobody, port: 1, grace: 60_000 });
  expect(await certificates.look({ domain: 'new.example', services: {} })).toEqual({ 'new.example': {} });
  jest.spyOn(performance, 'now').mockReturnValue(performance.now() + 61_000);
  expect((await certificates.look({ domain: 'new.example', services: {} }))['new.example']!.problem).toMatch(
    /leads nowhere/,
  );
});

test('every name of a route is looked at', async () => {
  const service = { kind: 'cms' as const, image: 'x', replicas: 1, memory: 1, cpu: 1, stopGrace: 1 };
  const services = {
    cms: { ...service, route: { host: 'cms.shop.example', path: '/' } },
    web: { ...service, route: { host: 'shop.example', path: '/' } },
    worker: service,
  };
  expect(
    Object.keys(await new Certificates({ ...nobody, port: 1 }).look({ domain: 'shop.example', services })),
  ).toEqual(['shop.example', 'cms.shop.example']);
});
