import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'cdktf';
import { checkedStack, type Trust } from '../../cli/expected-stack';
import { definitionClaims } from '../../cli/definition-claim';
import { loadEnvironments, loadState } from '../../definition/load';
import { collectSynthesis, type Synthesis } from '../../plan/synthesis-file';
import { EnvironmentStack } from '../../stacks/environment-stack';
import { layProviderLock } from '../../stacks/provider-lock';
import { StateBackendStack } from '../../stacks/state-backend-stack';

export const root = join(__dirname, '../..');
const scratch = mkdtempSync(join(tmpdir(), 'unread-'));
export const file = join(scratch, 'synthesis.json');
/** As this checkout's own code makes it. */
export let honest: Synthesis;

beforeAll(() => {
  const folder = join(root, 'environments');
  const [state, app] = [loadState(folder), new App({ outdir: join(scratch, 'out') })];
  new StateBackendStack(app, state);
  for (const environment of loadEnvironments(folder, root)) new EnvironmentStack(app, environment, state);
  app.synth();
  layProviderLock(app, root);
  honest = collectSynthesis(join(scratch, 'out'), definitionClaims(root), {});
});
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- an attacker changes anything
export type Anything = any;
export type Attack = (stack: Anything, synthesis: Anything) => void;

/** What this checkout says of the stack of staging, after somebody has changed it; nothing when it would be planned. */
export function refused(attack: Attack, trust: Trust = {}, name = 'staging'): string | undefined {
  const synthesis = structuredClone(honest) as Anything;
  attack(synthesis.stacks[name].json, synthesis);
  writeFileSync(file, JSON.stringify(synthesis));
  try {
    checkedStack(root, file, name, trust);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}
/** The lines that name what was found. */
export const lines = (message: string | undefined): string[] =>
  (message ?? '')
    .split('\n')
    .filter((line) => line.startsWith('  '))
    .map((line) => line.trim());
