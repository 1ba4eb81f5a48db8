import type { z } from 'zod';
import { at, check, meantBy } from './check';
import { type EnvironmentInput, environmentSchema } from './environment';
import { copied, plain } from './plain';
import { platformRules } from './platform-rules';
import { independent, type Problem, suggestion } from './problem';
import { productSchema } from './product';
import { resolve, type Environment, type SealedSecret } from './resolve';
import { serviceRules, unknownOverrides } from './service-rules';

export type Evaluated = { readonly environment: Environment; readonly problems: readonly [] } | { readonly environment?: undefined; readonly problems: readonly Problem[] };

/**
 * Checks an environment with its product and decides every value, or tells everything that is wrong.
 * Rules between fields run even when some fields are wrong by themselves: on a copy without those fields, and what follows only from
 * that is not told.
 */
export function evaluate(given: unknown, sealed: Record<string, SealedSecret> = {}): Evaluated {
  const { value, problems: unreadable } = plain(given);
  const own = check(environmentSchema, value);
  // without an environment there is no product to speak of
  const product = own.some(({ path }) => path === '') ? [] : check(productSchema, at(value, ['product']), ['product']);
  const wrong = [...unreadable, ...own, ...product];
  const sound = own.length + product.length === 0 ? (value as EnvironmentInput) : mended(value);
  if (!sound) return { problems: wrong };
  const environment = resolve(sound, sealed);
  const between = [...unknownOverrides(sound.services ?? {}, Object.keys(sound.product.services)), ...serviceRules(environment), ...platformRules(environment)];
  const problems = [...wrong, ...independent(between, wrong)];
  return problems.length === 0 ? { environment, problems: [] } : { problems };
}

/** A copy with the faulty values taken out, or replaced by what was probably meant; undefined when that does not make it whole. */
function mended(input: unknown): EnvironmentInput | undefined {
  const product = mend(productSchema, at(input, ['product']));
  const environment = mend(environmentSchema, input);
  return product && environment ? { ...(environment as EnvironmentInput), product: product as EnvironmentInput['product'] } : undefined;
}

function mend(schema: z.ZodType, value: unknown): unknown {
  const copy = copied(value);
  const lists = new Set<unknown[]>();
  for (const issue of (schema.safeParse(copy).error?.issues ?? []).flatMap((one) => innermost(one))) {
    if (issue.code === 'unrecognized_keys') {
      const holder = at(copy, issue.path) as Record<string, unknown>;
      for (const key of issue.keys) delete holder[key];
      continue;
    }
    const holder = at(copy, issue.path.slice(0, -1)) as Record<PropertyKey, unknown> | undefined;
    const key = issue.path.at(-1);
    if (typeof holder !== 'object' || key === undefined) return undefined;
    const given = holder[key];
    const meant = issue.code === 'invalid_value' && typeof given === 'string' ? suggestion(given, issue.values.map(String)) : undefined;
    if (meant !== undefined) holder[key] = meant;
    else delete holder[key];
    if (Array.isArray(holder)) lists.add(holder);
  }
  // an entry that was taken out leaves a hole
  for (const list of lists) list.splice(0, list.length, ...list.filter((entry) => entry !== undefined));
  return schema.safeParse(copy).success ? copy : undefined;
}

/** Of a choice, what is wrong with the one that was meant: the rest of it can stay. */
function innermost(issue: z.core.$ZodIssue): z.core.$ZodIssue[] {
  const meant = issue.code === 'invalid_union' ? meantBy(issue) : undefined;
  return meant?.flatMap((inner) => innermost({ ...inner, path: [...issue.path, ...inner.path] })) ?? [issue];
}
