import { parse } from 'yaml';
import { renderDesired } from '../../templates/converge/desired';
import { resolved } from '../definition/an-environment';
import { expectGolden } from './golden';

test('the machine converges to exactly this text', () => {
  expectGolden('desired.yaml', renderDesired(resolved({ services: { api: { variables: { LOG_LEVEL: 'info', ODD: 'yes', QUOTED: 'a: "b" #c', TEMPLATE: '${x} %{y}' } } } })));
});

test('one edit changes one line', () => {
  const before = renderDesired(resolved()).split('\n');
  const after = renderDesired(resolved({ services: { api: { memory: 384 } } })).split('\n');
  expect(after.filter((line, index) => line !== before[index])).toEqual(['    memory: 384']);
  expect(after.length).toBe(before.length);
});

test('names of secrets are in it, and nothing that could be a value', () => {
  const environment = { ...resolved(), sealed: { SMTP_URL: { github: { keyId: 'canary-key', sealed: 'canary-sealed' } } } };
  const text = renderDesired(environment);
  expect(text).toMatch(/secrets:\n\s+- SMTP_URL/);
  expect(text).not.toMatch(/canary/);
});

test('texts that YAML would take for something else stay texts', () => {
  const text = renderDesired(resolved({ services: { api: { variables: { A: 'yes', B: '010', C: '1e3', D: '', E: 'null', F: '2026-11-21' } } } }));
  const { services } = parse(text, { version: '1.1' }) as { services: { api: { variables: object } } };
  expect(services.api.variables).toEqual({ A: 'yes', B: '010', C: '1e3', D: '', E: 'null', F: '2026-11-21' });
});
