import type { z } from 'zod';
import { didYouMean, type Problem, suggestion } from './problem';
import { joined, shown } from './shown';

type Issue = z.core.$ZodIssue;
type Path = readonly PropertyKey[];

/** Everything that a schema finds wrong with a value, in the words of `Problem`; `beneath` is where the value stands. */
export function check(schema: z.ZodType, value: unknown, beneath: Path = []): Problem[] {
  const result = schema.safeParse(value);
  if (result.success) return [];
  return withoutEchoes(result.error.issues.flatMap((issue) => problemsOf(issue, value, schema, beneath)));
}

/** Without what a mistake says a second time: a name that is mistyped is not missing as well, and what has another type is not too short as well. */
export function withoutEchoes(problems: readonly Problem[]): Problem[] {
  const meant = new Set(
    problems.flatMap(({ path, message }) => {
      const [, right] = /^unknown; did you mean "(.*)"\?$/.exec(message) ?? [];
      return right === undefined ? [] : [path.replace(/[^.]*$/, right)];
    }),
  );
  const isAbout = (message: string): boolean => message.startsWith('got ') || message.startsWith('is missing');
  return problems.filter(
    ({ path, message }, index) =>
      !(message.startsWith('is missing') && meant.has(path)) &&
      !(isAbout(message) && problems.slice(0, index).some((other) => other.path === path && isAbout(other.message))),
  );
}

/** Names that nobody knows, with those that were probably meant. */
export const misspelt = (
  issues: readonly Issue[],
  schema: z.ZodType,
): { path: Path; key: string; meant: string | undefined }[] =>
  issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys'
      ? issue.keys.map((key) => ({ path: issue.path, key, meant: suggestion(key, keysAt(schema, issue.path)) }))
      : [],
  );

export function at(value: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (tree, key) =>
      typeof tree === 'object' && tree !== null && Object.hasOwn(tree, key)
        ? (tree as Record<PropertyKey, unknown>)[key]
        : undefined,
    value,
  );
}

function problemsOf(issue: Issue, root: unknown, schema: z.ZodType, beneath: Path): Problem[] {
  const path = joined([...beneath, ...issue.path]);
  const given = at(root, issue.path);
  switch (issue.code) {
    case 'unrecognized_keys': {
      const allowed = keysAt(schema, issue.path);
      return issue.keys.map((key) => ({
        path: joined([...beneath, ...issue.path, key]),
        message:
          suggestion(key, allowed) === undefined
            ? `unknown; allowed here: ${allowed.join(', ')}`
            : `unknown${didYouMean(key, allowed)}`,
      }));
    }
    case 'invalid_value': {
      const allowed = issue.values.map((v) => (typeof v === 'string' ? v : JSON.stringify(v)));
      return [
        {
          path,
          message: `${given === undefined ? 'is missing' : `got ${shown(given)}`}; allowed: ${allowed.join(', ')}${typeof given === 'string' ? didYouMean(given, allowed) : ''}`,
        },
      ];
    }
    case 'invalid_type':
      return [
        {
          path,
          message:
            given === undefined
              ? `is missing; ${expected(issue.expected)} is needed`
              : `got ${shown(given)}; ${expected(issue.expected)} is needed`,
        },
      ];
    case 'too_small':
      return [{ path, message: `got ${shown(given)}; at least ${String(issue.minimum)}${unit(issue.origin)}` }];
    case 'too_big':
      return [{ path, message: `got ${shown(given)}; at most ${String(issue.maximum)}${unit(issue.origin)}` }];
    case 'invalid_key':
      return issue.issues.slice(0, 1).map((inner) => ({
        path,
        message: `cannot be a name here: ${problemsOf({ ...inner, path: [] } as Issue, issue.path.at(-1), schema, [])[0]!.message.replace(/^got .*?; /, '')}`,
      }));
    case 'invalid_union':
      return unionProblems(issue, root, schema, path, given, beneath);
    case 'custom':
      return [
        {
          path,
          message: typeof issue.params?.says === 'string' ? issue.params.says : `got ${shown(given)}; ${issue.message}`,
        },
      ];
    default:
      return [{ path, message: `got ${shown(given)}; ${issue.message}` }];
  }
}

/** What is wrong with the alternative that the author seems to have meant: the one whose complaints lie deepest, or are no matter of type. */
export function meantBy(issue: z.core.$ZodIssueInvalidUnion): Issue[] | undefined {
  const alternatives = issue.errors.filter((errors) => errors.length > 0);
  return (
    alternatives.find((errors) => errors.every((e) => e.path.length > 0 || e.code === 'unrecognized_keys')) ??
    alternatives.find((errors) => errors.every((e) => e.code !== 'invalid_type' && e.code !== 'invalid_value'))
  );
}

function unionProblems(
  issue: z.core.$ZodIssueInvalidUnion,
  root: unknown,
  schema: z.ZodType,
  path: string,
  given: unknown,
  beneath: Path,
): Problem[] {
  const meant = meantBy(issue);
  if (meant === undefined) {
    const alternatives = issue.errors.filter((errors) => errors.length > 0);
    const wanted = issue.message.startsWith('Invalid')
      ? alternatives.map((errors) => wantedBy(errors[0]!)).join(' or ')
      : issue.message;
    return [
      {
        path,
        message: given === undefined ? `is missing; ${wanted} is needed` : `got ${shown(given)}; allowed: ${wanted}`,
      },
    ];
  }
  if (!issue.message.startsWith('Invalid')) return [{ path, message: `got ${shown(given)}; ${issue.message}` }];
  return meant.flatMap((error) =>
    problemsOf({ ...error, path: [...issue.path, ...error.path] } as Issue, root, schema, beneath),
  );
}

const wantedBy = (issue: Issue): string => {
  if (issue.code === 'invalid_value') return issue.values.map((v) => JSON.stringify(v)).join(', ');
  if (issue.code === 'invalid_type') return expected(issue.expected);
  return issue.message;
};

const expected = (type: string): string =>
  ({
    string: 'a text',
    number: 'a number',
    int: 'a whole number',
    boolean: 'true or false',
    array: 'a list',
    object: 'an object { … }',
    record: 'an object { name: … }',
  })[type] ?? type;

const unit = (origin: string): string => ({ string: ' characters', array: ' entries', set: ' entries' })[origin] ?? '';

interface Def {
  type: string;
  shape?: Record<string, z.ZodType>;
  valueType?: z.ZodType;
  element?: z.ZodType;
  innerType?: z.ZodType;
  options?: z.ZodType[];
}

/** Names allowed in the object at this path of a schema. */
function keysAt(schema: z.ZodType, path: Path): string[] {
  let candidates: z.ZodType[] = [schema];
  for (const key of [...path, undefined]) {
    candidates = candidates.flatMap(unwrap);
    if (key === undefined) break;
    candidates = candidates.flatMap((candidate) => {
      const def = candidate._zod.def as unknown as Def;
      if (def.type === 'object') return def.shape && Object.hasOwn(def.shape, key) ? def.shape[String(key)]! : [];
      if (def.type === 'record') return def.valueType ?? [];
      return def.type === 'array' ? (def.element ?? []) : [];
    });
  }
  return candidates.flatMap((candidate) => Object.keys((candidate._zod.def as unknown as Def).shape ?? {}));
}

function unwrap(schema: z.ZodType): z.ZodType[] {
  const def = schema._zod.def as unknown as Def;
  if (def.type === 'optional' || def.type === 'default' || def.type === 'nullable') return unwrap(def.innerType!);
  if (def.type === 'union') return def.options!.flatMap(unwrap);
  return [schema];
}
