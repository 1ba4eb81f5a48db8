import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { type EnvironmentInput, isEnvironment } from './environment';
import { reason } from './shown';

export interface Exported {
  readonly environments: readonly EnvironmentInput[];
  /** Why it is not what its author seems to have meant. */
  readonly problem?: string;
}

/** These declare other things. */
const others = ['previews.ts', 'product.ts', 'state.ts'];

const how = 'write `export const NAME = defineEnvironment({ … })`';

/** The environments that a file of `environments/` exports. A file of values and functions for others is fine; one that looks as if it meant an environment is told. */
export function environmentsOf(exported: unknown, path: string): Exported {
  if (isEnvironment(exported)) return { environments: [exported] };
  let values: [string, unknown][];
  try {
    values = Object.entries(exported as Record<string, unknown>);
  } catch (error) {
    return { environments: [], problem: `what it exports cannot be read (${reason(error)}): ${how}` };
  }
  const environments = values.map(([, value]) => value).filter(isEnvironment);
  const problem = others.includes(basename(path))
    ? undefined
    : (values.map(([name, value]) => mistake(name, value)).find((one) => one !== undefined) ??
      (environments.length > 0 ? undefined : nothing(values, path)));
  return { environments, problem };
}

/** What an export is that should have been an environment. */
function mistake(name: string, value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null || isEnvironment(value)) return undefined;
  try {
    if (typeof (value as { then?: unknown }).then === 'function') {
      // whatever it ends with, this is told
      (value as Promise<unknown>).then(
        () => undefined,
        () => undefined,
      );
      return `exports a promise ("${name}"), and synth waits for none: ${how}`;
    }
    if (Object.values(value).some(isEnvironment))
      return `exports environments inside of ${Array.isArray(value) ? 'a list' : 'an object'} ("${name}"): export each by itself`;
    const names = ['name', 'product', 'domain', 'platform', 'github'].filter((key) => Object.hasOwn(value, key));
    return names.length >= 2 && !Array.isArray(value)
      ? `exports "${name}", an object with ${names.join(', ')}, which is no environment: only what defineEnvironment returned is one, and no copy of it ({ ...other }): ${how}`
      : undefined;
  } catch (error) {
    return `exports "${name}", which cannot be read (${reason(error)}): ${how}`;
  }
}

/** A file without an environment: whether that can be on purpose. */
function nothing(values: readonly [string, unknown][], path: string): string | undefined {
  const text = readFileSync(path, 'utf8');
  if (/\bdefineEnvironment\s*\(/.test(text))
    return values.length === 0
      ? `declares an environment and exports nothing: ${how}`
      : `declares an environment and exports something else (${values.map(([name]) => name).join(', ')}): ${how}`;
  // types are gone when it runs
  if (values.length === 0 && !/^\s*export\s+(declare\s+)?(type|interface)\b/m.test(text))
    return `exports nothing: ${how}, or take the file away`;
  return undefined;
}
