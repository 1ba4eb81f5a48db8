import { App } from 'cdktf';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadEnvironments, loadState } from '../../definition/load';
import { EnvironmentStack } from '../../stacks/environment-stack';
import { StateBackendStack } from '../../stacks/state-backend-stack';
import { expectGolden } from '../templates/golden';

const folder = join(__dirname, '../../environments');
const state = loadState(folder);
const environments = loadEnvironments(folder);
const outdir = mkdtempSync(join(tmpdir(), 'golden-'));

beforeAll(() => {
  const app = new App({ outdir });
  new StateBackendStack(app, state);
  for (const environment of environments) new EnvironmentStack(app, environment, state);
  app.synth();
});
afterAll(() => rmSync(outdir, { recursive: true, force: true }));

/** Without what has a golden file of its own (user-data, desired.yaml), and what every change of the agent's code changes. */
function readable(text: string): string {
  const json = JSON.parse(text, (key, value: unknown) =>
    key === '//' ? undefined : key === 'user_data' ? 'user-data.yaml' : value,
  ) as Record<string, unknown>;
  return `${JSON.stringify(json, null, 2)}\n`
    .replace(/(?<=assets\/[\w-]+\/)[0-9A-F]{32}/g, 'HASH')
    .replace(/\b[0-9a-f]{64}\b/g, 'SHA256')
    .replace(/(?<="etag": ")[0-9a-f]{32}/g, 'MD5');
}

test.each([...environments.map(({ name }) => name), 'state'])(
  'the stack "%s", attribute by attribute, is what was read',
  (name) =>
    expectGolden(`stacks/${name}.json`, readable(readFileSync(join(outdir, 'stacks', name, 'cdk.tf.json'), 'utf8'))),
);
