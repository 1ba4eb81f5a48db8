import fc from 'fast-check';
import { App } from 'cdktf';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { arbitraryDefinition } from '../__tests__/definition/arbitrary-definition';
import { evaluate } from '../definition/evaluate';
import { reason } from '../definition/shown';
import { ExplainedError } from '../definition/problem';
import { EnvironmentStack } from '../stacks/environment-stack';

export interface DefinitionsReport {
  readonly definitions: number;
  readonly seed: number;
  /** Those that are environments, and how many of them became a stack's JSON. */
  readonly sound: number;
  readonly synthesized: number;
  readonly problems: number;
  /** What was answered with an error instead of a place and a sentence: the first ones. */
  readonly crashes: readonly string[];
}

/** Makes definitions up, most of them right but for a mistake or two, and asks for each what its author is told. Of the right ones, one of twenty is synthesized. */
export function measureDefinitions(definitions: number, seed: number): DefinitionsReport {
  const outdir = mkdtempSync(join(tmpdir(), 'definitions-'));
  const crashes: string[] = [];
  let [sound, synthesized, told] = [0, 0, 0];
  const crashed = (what: string): void => {
    if (crashes.length < 10) crashes.push(what);
  };
  try {
    fc.assert(
      fc.property(arbitraryDefinition(), (definition) => {
        try {
          const { environment, problems } = evaluate(definition);
          told += problems.length;
          for (const { message } of problems)
            if (!/^[^\n]{3,}$/.test(message)) crashed(`says ${JSON.stringify(message)}`);
          if (!environment) return;
          sound += 1;
          if (sound % 20 !== 0) return;
          new EnvironmentStack(new App({ outdir }), environment, {
            bucket: 'states-of-all',
            region: 'fra1',
          }).toTerraform();
          synthesized += 1;
        } catch (error) {
          // what a stack refuses by itself is explained, too
          if (!(error instanceof ExplainedError)) crashed(reason(error));
        }
      }),
      { numRuns: definitions, seed },
    );
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
  return { definitions, seed, sound, synthesized, problems: told, crashes };
}

export const renderDefinitions = ({
  definitions,
  seed,
  sound,
  synthesized,
  problems,
  crashes,
}: DefinitionsReport): string =>
  [
    `${definitions.toLocaleString('en-US')} definitions (seed ${seed}): ${sound.toLocaleString('en-US')} are environments, ${synthesized.toLocaleString('en-US')} of them were synthesized; the others have ${problems.toLocaleString('en-US')} problems, each with a place and a sentence`,
    crashes.length === 0
      ? 'none was answered with an error'
      : `answered with an error:\n${crashes.map((line) => `  ${line}`).join('\n')}`,
  ].join('\n');
