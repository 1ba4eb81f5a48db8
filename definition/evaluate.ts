import type { z } from 'zod';
import { at, check, meantBy, misspelt, withoutEchoes } from './check';
import { type EnvironmentInput, environmentSchema } from './environment';
import { copied, plain } from './plain';
import { platformRules } from './platform-rules';
import { independent, type Problem, suggestion } from './problem';
import { productSchema } from './product';
import { resolve, type Environment, type SealedSecret } from './resolve';
import { serviceRules, unknownOverrides } from './service-rules';
import { visibleLine } from '../lib/visible';

export type Evaluated =
  | { readonly environment: Environment; readonly problems: readonly [] }
  | { readonly environment?: undefined; readonly problems: readonly Problem[] };

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
  const wrong = withoutEchoes([...unreadable, ...own, ...product]);
  const sound = own.length + product.length === 0 ? (value as EnvironmentInput) : mended(value);
  if (!sound) return { problems: wrong.map(onOneLine) };
  const environment = resolve(sound, sealed);
  const between = [
    ...unknownOverrides(
      sound.services ?? {},
      Object.keys({ ...sound.product.services, ...(at(value, ['product', 'services']) as object | undefined) }),
    ),
    ...serviceRules(environment),
    ...platformRules(environment),
  ];
  const problems = [...wrong, ...independent(between, wrong)];
  return problems.length === 0 ? { environment, problems: [] } : { problems: problems.map(onOneLine) };
}

/** Whatever a message quotes of the file, a name with a line break in it too, it stays one line whose every sign can be seen. */
const onOneLine = (problem: Problem): Problem => ({ ...problem, message: visibleLine(problem.message) });

/** A copy with the faulty values taken out, or replaced by what was probably meant; undefined when that does not make it whole. */
function mended(input: unknown): EnvironmentInput | undefined {
  const product = mend(productSchema, at(input, ['product']));
  const environment = mend(environmentSchema, input);
  return product && environment
    ? { ...(environment as EnvironmentInput), product: product as EnvironmentInput['product'] }
    : undefined;
}

function mend(schema: z.ZodType, value: unknown): unknown {
  const copy = copied(value);
  // what was meant by a name may be wrong itself
  for (let round = 0; round < 3; round++) {
    const { success, error } = schema.safeParse(copy);
    if (success) return copy;
    if (!error.issues.flatMap((issue) => innermost(issue)).every((issue) => mendOne(issue, copy, schema)))
      return undefined;
  }
  return schema.safeParse(copy).success ? copy : undefined;
}

/** Takes out what one issue is about, or puts what was meant in its place; false where there is nothing to take out. */
function mendOne(issue: z.core.$ZodIssue, copy: unknown, schema: z.ZodType): boolean {
  if (issue.code === 'unrecognized_keys') {
    const holder = at(copy, issue.path) as Record<string, unknown> | undefined;
    for (const { key, meant } of holder ? misspelt([issue], schema) : []) {
      if (meant !== undefined && !Object.hasOwn(holder!, meant)) holder![meant] = holder![key];
      delete holder![key];
    }
    return true;
  }
  const holder = at(copy, issue.path.slice(0, -1)) as Record<PropertyKey, unknown> | undefined;
  const key = issue.path.at(-1);
  if (typeof holder !== 'object' || key === undefined) return false;
  const given = holder[key];
  const meant =
    issue.code === 'invalid_value' && typeof given === 'string'
      ? suggestion(given, issue.values.map(String))
      : undefined;
  if (meant !== undefined) holder[key] = meant;
  else if (Array.isArray(holder)) holder.splice(Number(key), 1);
  else delete holder[key];
  return true;
}

/** Of a choice, what is wrong with the one that was meant: the rest of it can stay. */
function innermost(issue: z.core.$ZodIssue): z.core.$ZodIssue[] {
  const meant = issue.code === 'invalid_union' ? meantBy(issue) : undefined;
  return meant?.flatMap((inner) => innermost({ ...inner, path: [...issue.path, ...inner.path] })) ?? [issue];
}
