import { type Diagnostic, diagnostic, type Path } from './diagnostic';
import { type Block, type Check } from './schema';
import { isUnknown, type Dynamic, type Values } from './value';

const present = (value: Dynamic): boolean =>
  value !== null && value !== undefined && !(Array.isArray(value) && value.length === 0);

/** `rules.0.update` in an object. */
const lookup = (config: Values, path: string): Dynamic =>
  path.split('.').reduce<Dynamic>((value, step) => value?.[step] ?? null, config);

/** The rules between attributes, in the wording of Terraform's provider kit. */
function between(
  rules: { conflicts?: string[]; requiredWith?: string[]; exactlyOneOf?: string[]; deprecated?: string },
  key: string,
  config: Values,
  path: Path,
) {
  const own = present(lookup(config, key));
  const problems: Diagnostic[] = [];
  if (own && rules.deprecated) {
    problems.push(diagnostic({ warning: 'Argument is deprecated', detail: rules.deprecated }, path));
  }
  const conflict =
    own && rules.conflicts?.find((other) => present(lookup(config, other)) && !isUnknown(lookup(config, other)));
  if (conflict) {
    problems.push(
      diagnostic(
        { summary: 'Conflicting configuration arguments', detail: `"${key}": conflicts with ${conflict}` },
        path,
      ),
    );
  }
  if (own && rules.requiredWith?.some((other) => !present(lookup(config, other)))) {
    const all = [key, ...rules.requiredWith.filter((other) => other !== key)].sort().join();
    problems.push(
      diagnostic(
        { summary: 'Missing required argument', detail: `"${key}": all of \`${all}\` must be specified` },
        path,
      ),
    );
  }
  if (rules.exactlyOneOf) {
    const all = [...rules.exactlyOneOf].sort().join();
    const given = rules.exactlyOneOf.filter((other) => present(lookup(config, other))).sort();
    const uncertain = given.some((other) => isUnknown(lookup(config, other)));
    const summary = 'Invalid combination of arguments';
    if (given.length > 1 && !uncertain) {
      const detail = `"${key}": only one of \`${all}\` can be specified, but \`${given.join()}\` were specified.`;
      problems.push(diagnostic({ summary, detail }, path));
    } else if (given.length === 0) {
      problems.push(diagnostic({ summary, detail: `"${key}": one of \`${all}\` must be specified` }, path));
    }
  }
  return problems;
}

/** Everything wrong with a configuration that can be seen without asking the vendor. */
export function validate(block: Block, config: Values, path: Path = [], whole: Values = config): Diagnostic[] {
  const problems: Diagnostic[] = [];
  const judge = (check: Check | undefined, value: Dynamic, at: Path) => {
    const problem = value === null || isUnknown(value) ? undefined : check?.(value, at.join('.'));
    if (problem) problems.push(diagnostic(problem, at));
  };
  for (const [name, attribute] of Object.entries(block.attributes)) {
    const at = [...path, name];
    const value = config[name] ?? null;
    problems.push(...between(attribute, at.join('.'), whole, at));
    judge(attribute.check, value, at);
    if (attribute.each && Array.isArray(value)) {
      // An element of a set has no address that could be sent: the message counts, the diagnostic points at the set.
      for (const [index, item] of value.entries()) {
        const problem = item === null || isUnknown(item) ? undefined : attribute.each(item, `${at.join('.')}.${index}`);
        if (problem) problems.push(diagnostic(problem, at));
      }
    }
  }
  for (const [name, nested] of Object.entries(block.blocks)) {
    const at = [...path, name];
    const value = config[name];
    problems.push(...between(nested, at.join('.'), whole, at));
    judge(nested.check, value ?? null, at);
    if (isUnknown(value)) continue;
    const items: Dynamic[] = Array.isArray(value) ? value : value ? [value] : [];
    items.forEach((item, index) => {
      if (isUnknown(item)) return;
      const inside = nested.nesting === 'single' ? at : [...at, index];
      const found = validate(nested.block, item, inside, whole);
      problems.push(
        ...(nested.nesting === 'set'
          ? found.map((d) => ({
              ...d,
              ...diagnostic({ summary: d.summary, detail: d.detail }, at),
              severity: d.severity,
            }))
          : found),
      );
    });
  }
  return problems;
}
