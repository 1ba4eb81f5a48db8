import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ExplainedError } from '../definition/problem';
import { type State, stateSchema } from '../definition/state';

/** What is left of the file when comments and whitespace are gone: the import, and one call with two texts. */
const literal =
  /^import\s*\{\s*defineState\s*\}\s*from\s*"[^"]*";export const \w+=defineState\(\{(bucket|region):"([^"\\]*)",(bucket|region):"([^"\\]*)"\}\);\s*$/;

/**
 * `environments/state.ts` read as data: nothing of it runs. For whoever holds credentials while the files of `environments/` are those
 * of a commit that was just merged.
 */
export function readStateAsData(folder: string): State {
  const file = join(folder, 'state.ts');
  // loaded only now: it takes as long as a small synth
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  const { transformSync } = require('esbuild') as typeof import('esbuild');
  const { code } = transformSync(readFileSync(file, 'utf8'), {
    loader: 'ts',
    minifyWhitespace: true,
    minifySyntax: true,
    logLevel: 'silent',
  });
  const [, one, first, other, second] = literal.exec(code) ?? [];
  const parsed = stateSchema.safeParse(
    one === undefined || other === undefined ? undefined : { [one]: first, [other]: second },
  );
  if (parsed.success) return parsed.data;
  throw new ExplainedError(
    'environments/state.ts says more than `export const state = defineState({ bucket: "…", region: "…" })`: with --synthesis it is read as data, and nothing of it runs. Write both as plain texts',
  );
}
