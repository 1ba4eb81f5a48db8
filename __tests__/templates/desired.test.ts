import { parse } from 'yaml';
import { desiredSchema } from '../../contract/desired';
import { renderDesired } from '../../templates/desired';
import { droplet } from '../../definition/droplet';
import { resolved } from '../definition/an-environment';
import { expectGolden } from './golden';

test('the machine converges to exactly this text', () => {
  expectGolden(
    'desired.yaml',
    renderDesired(
      resolved({
        services: { api: { variables: { LOG_LEVEL: 'info', ODD: 'yes', QUOTED: 'a: "b" #c', TEMPLATE: '${x} %{y}' } } },
      }),
    ),
  );
});

test('one edit changes one line', () => {
  const before = renderDesired(resolved()).split('\n');
  const after = renderDesired(resolved({ services: { api: { memory: 384 } } })).split('\n');
  expect(after.filter((line, index) => line !== before[index])).toEqual(['    memory: 384']);
  expect(after.length).toBe(before.length);
});

test('names of secrets are in it, and nothing that could be a value', () => {
  const environment = {
    ...resolved(),
    sealed: { SMTP_URL: { github: { keyId: 'canary-key', sealed: 'canary-sealed' } } },
  };
  const text = renderDesired(environment);
  expect(text).toMatch(/secrets:\n\s+- SMTP_URL/);
  expect(text).not.toMatch(/canary/);
});

test('texts that YAML would take for something else stay texts', () => {
  const text = renderDesired(
    resolved({ services: { api: { variables: { A: 'yes', B: '010', C: '1e3', D: '', E: 'null', F: '2026-11-21' } } } }),
  );
  const { services } = parse(text, { version: '1.1' }) as { services: { api: { variables: object } } };
  expect(services.api.variables).toEqual({ A: 'yes', B: '010', C: '1e3', D: '', E: 'null', F: '2026-11-21' });
});

test("whatever an environment may say, its machine's agent reads all of it: it leaves alone what it does not know", () => {
  const environment = resolved({
    services: {
      web: {
        health: { host: 'localhost', https: false },
        startGrace: 60,
        capabilities: ['CHOWN'],
        command: ['x'],
        variables: { A: 'b' },
        replicas: 3,
        streaming: true,
      },
      api: { route: { host: 'api', path: '/v1' } },
      nightly: { schedule: '0 4 * * *' },
    },
    datastores: { redis: { version: 8, shared: true }, postgres: { version: 17, memory: 512 } },
    access: { web: { from: ['203.0.113.0/24'] } },
    registries: { 'ghcr.io': { user: 'bot', secret: 'SMTP_URL' } },
    restartWindow: '0 4 * * 0',
    pages: { error: '<p>', maintenance: '<p>' },
    maintenance: { allow: ['192.0.2.0/24'] },
    backups: { keepDays: 30 },
    platform: droplet({
      region: 'fra1',
      size: 's-4vcpu-8gb',
      datastores: { postgres: { managed: { size: 'db-s-1vcpu-1gb' } } },
    }),
  });
  const text = renderDesired({
    ...environment,
    sealed: { SMTP_URL: { machine: { recipient: 'age1', sealed: 'sealed' } } },
  });
  const found = parse(text, { version: '1.1' }) as object;
  expect(desiredSchema.parse(found)).toEqual(found);
  expect(Object.keys(found).sort()).toEqual(
    Object.keys(desiredSchema.shape)
      .filter((field) => field !== 'ingress')
      .sort(),
  );
});
