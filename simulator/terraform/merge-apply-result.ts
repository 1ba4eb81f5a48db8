import { isZero } from './compare';
import { type Block, type Nested } from './schema';
import { hasUnknown, isUnknown, type Dynamic, type Values } from './value';

/**
 * The state after an apply: the plan, with what was unknown answered by the vendor. On the old type system the vendor's answer
 * also wins over a planned value, except for sets, which stay as planned: so Terraform's older provider kit does it. In strict
 * mode the plan is a promise, and a zero answer to an unset value is no answer.
 */
export function mergeApplyResult(
  block: Block,
  planned: Values,
  real: Values,
  strict: boolean,
  prior: Values | null = null,
): Values {
  const state: Values = {};
  for (const [name, attribute] of Object.entries(block.attributes)) {
    const plan = planned[name] ?? null;
    const answer = real[name];
    if (hasUnknown(plan)) {
      state[name] = answer !== undefined ? answer : (prior?.[name] ?? null);
      continue;
    }
    const set = Array.isArray(attribute.type) && attribute.type[0] === 'set';
    const collection = Array.isArray(plan) || Array.isArray(answer);
    const keep =
      answer === undefined ||
      (set && plan !== null) ||
      (isZero(answer) && isZero(plan) && (strict || collection)) ||
      (strict && !!attribute.stored) ||
      (strict && attribute.suppress?.(answer, plan, { prior: real, config: planned }));
    state[name] = keep ? plan : answer;
  }
  for (const [name, nested] of Object.entries(block.blocks)) {
    state[name] = mergeNested(nested, planned[name] ?? null, real[name], strict);
  }
  return state;
}

function mergeNested(nested: Nested, planned: Dynamic, real: Dynamic, strict: boolean): Dynamic {
  if (nested.nesting === 'single') return planned;
  if (isUnknown(planned)) return real ?? [];
  if (!Array.isArray(planned) || planned.length === 0)
    return strict ? [] : nested.nesting === 'set' ? [] : (real ?? []);
  if (!Array.isArray(real)) return planned.map((item) => mergeItem(nested, item, {}, strict));
  if (nested.nesting === 'list') {
    const items = planned.map((item, index) => mergeItem(nested, item, real[index] ?? {}, strict));
    return strict || real.length <= items.length ? items : [...items, ...real.slice(items.length)];
  }
  // An element of a set has no position: what the vendor filled in is found by what was configured.
  return planned.map((item) => {
    if (!hasUnknown(item)) return item;
    const own = Object.entries(item as Values).filter(([, value]) => !hasUnknown(value) && !isZero(value));
    const match = real.find((one) => own.every(([name, value]) => JSON.stringify(one[name]) === JSON.stringify(value)));
    return mergeItem(nested, item, match ?? {}, strict);
  });
}

const mergeItem = (nested: Nested, item: Dynamic, real: Values, strict: boolean): Dynamic =>
  isUnknown(item) ? real : mergeApplyResult(nested.block, item, real, strict);
