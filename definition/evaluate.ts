import type { z } from 'zod';
import { at, check } from './check';
import { type EnvironmentInput, environmentSchema } from './environment';
import { platformRules } from './platform-rules';
import { type Problem, suggestion } from './problem';
import { productSchema } from './product';
import { resolve, type Environment, type SealedSecret } from './resolve';
import { serviceRules, unknownOverrides } from './service-rules';

export type Evaluated = { readonly environment: Environment; readonly problems: readonly [] } | { readonly environment?: undefined; readonly problems: readonly Problem[] };

/**
 * Checks an environment with its product and decides every value, or tells everything that is wrong.
 * Rules between fields run even when some fields are wrong by themselves: on a copy without those fields.
 */
export function evaluate(input: EnvironmentInput, sealed: Record<string, SealedSecret> = {}): Evaluated {
  const product = check(productSchema, input.product).map((problem) => ({ ...problem, path: `product.${problem.path}` }));
  const own = check(environmentSchema, input);
  const problems = [...own, ...product];
  const sound = problems.length === 0 ? input : mended(input);
  if (sound) {
    const environment = resolve(sound, sealed);
    problems.push(...unknownOverrides(sound.services ?? {}, Object.keys(sound.product.services)), ...serviceRules(environment), ...platformRules(environment));
    if (problems.length === 0) return { environment, problems: [] };
  }
  return { problems };
}

/** A copy with the faulty values taken out, or replaced by what was probably meant; undefined when that does not make it whole. */
function mended(input: EnvironmentInput): EnvironmentInput | undefined {
  const product = mend(productSchema, input.product);
  const environment = mend(environmentSchema, { ...input, product });
  return product && environment ? { ...(environment as EnvironmentInput), product: product as EnvironmentInput['product'] } : undefined;
}

function mend(schema: z.ZodType, value: unknown): unknown {
  const copy: unknown = structuredClone(value);
  const issues = schema.safeParse(copy).error?.issues ?? [];
  for (const issue of issues) {
    if (issue.code === 'unrecognized_keys') {
      const holder = at(copy, issue.path) as Record<string, unknown>;
      for (const key of issue.keys) delete holder[key];
      continue;
    }
    const holder = at(copy, issue.path.slice(0, -1)) as Record<PropertyKey, unknown> | undefined;
    const key = issue.path.at(-1);
    if (holder === undefined || key === undefined) return undefined;
    const given = holder[key];
    const meant = issue.code === 'invalid_value' && typeof given === 'string' ? suggestion(given, issue.values.map(String)) : undefined;
    if (meant === undefined) delete holder[key];
    else holder[key] = meant;
  }
  return schema.safeParse(copy).success ? copy : undefined;
}
