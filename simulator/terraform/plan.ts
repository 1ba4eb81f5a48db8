import { blockText, identical, isEmpty, isZero, nestedText, same } from './compare';
import { toPath } from './diagnostic';
import { type Change, type Resource } from './resource';
import { type Attribute, type Block, type Nested } from './schema';
import { hasUnknown, isUnknown, type Dynamic, unknown, type Values } from './value';

export interface Mode {
  /** Obey Terraform's rules for new providers: a configured value is planned as it stands. */
  strict: boolean;
  /** The resource as a whole, for rules that look beside their own attribute. */
  resource: { prior: Values; config: Values };
  /** Whether something that is set by the vendor alone may change, see `volatile`. */
  changing: boolean;
}

const isSet = ({ type }: Attribute): boolean => Array.isArray(type) && type[0] === 'set';

function planAttribute(
  attribute: Attribute,
  prior: Dynamic,
  configuration: Dynamic,
  exists: boolean,
  mode: Mode,
): Dynamic {
  const old = !mode.strict;
  // To the old kit, a set with nothing in it is a set that is not there, unless something was in it before.
  const config = old && isSet(attribute) && isEmpty(configuration) && !prior?.length ? null : configuration;
  // The old kit forgets what is known of an unknown value. It must: a hash of it would break the promise (a prefix, say).
  if (isUnknown(config) && old) return unknown;
  // A set is found by the hashes of all that is in it: with one part unknown it is unknown as a whole.
  if (hasUnknown(config)) return old && isSet(attribute) ? unknown : config;
  if (config === null && attribute.default === undefined) {
    if (attribute.computed) return exists && !(mode.strict && mode.changing && attribute.volatile) ? prior : unknown;
    return exists && same(attribute.type, prior, null) ? prior : null;
  }
  const configured = config ?? attribute.default;
  const next = attribute.stored ? attribute.stored(configured) : configured;
  const before = attribute.stored && mode.strict && prior !== null ? attribute.stored(prior) : prior;
  const kept = exists && (same(attribute.type, before, next) || attribute.suppress?.(prior, next, mode.resource));
  // The state of a strict resource holds what was configured, since Terraform would refuse to see it changed.
  return kept ? prior : mode.strict ? configured : next;
}

function planNested(nested: Nested, prior: Dynamic, config: Dynamic, exists: boolean, mode: Mode): Dynamic {
  if (isUnknown(config) || nested.nesting === 'single') return config;
  const items: Dynamic[] = config ?? [];
  const before: Dynamic[] = Array.isArray(prior) ? prior : [];
  if (nested.nesting === 'list') {
    if (exists && nested.suppress?.(before, items, mode.resource)) return before;
    return items.map((item, index) => planBlock(nested.block, before[index] ?? null, item, mode));
  }
  const planned = items.map((item) => {
    // An element that was there before stays as the state has it, with what the vendor filled in.
    const element = planBlock(nested.block, null, item, mode);
    const text = blockText(nested.block, element);
    return (
      before.find((old) => blockText(nested.block, old) === text) ??
      (mode.strict ? element : filled(nested.block, element))
    );
  });
  const unchanged = exists && nestedText(nested.block, 'set', planned) === nestedText(nested.block, 'set', before);
  return unchanged || (exists && nested.suppress?.(before, planned, mode.resource)) ? prior : planned;
}

/** Within an element of a set, the old kit plans texts and collections that are not set as empty ones. */
function filled(block: Block, element: Values): Values {
  if (isUnknown(element)) return element;
  const empty = ({ type }: Attribute): Dynamic =>
    type === 'string' ? '' : Array.isArray(type) && type[0] !== 'map' && type[0] !== 'object' ? [] : null;
  const missing = Object.entries(block.attributes).filter(([name]) => (element[name] ?? null) === null);
  return { ...element, ...Object.fromEntries(missing.map(([name, attribute]) => [name, empty(attribute)])) };
}

function planBlock(block: Block, prior: Values | null, config: Values, mode: Mode): Values {
  if (isUnknown(config)) return config;
  const planned: Values = {};
  for (const [name, attribute] of Object.entries(block.attributes)) {
    planned[name] = planAttribute(attribute, prior?.[name] ?? null, config[name] ?? null, prior !== null, mode);
  }
  for (const [name, nested] of Object.entries(block.blocks)) {
    planned[name] = planNested(nested, prior?.[name] ?? null, config[name] ?? null, prior !== null, mode);
  }
  return planned;
}

const differs = (part: Attribute | Nested, prior: Dynamic, planned: Dynamic): boolean => {
  if (hasUnknown(planned)) return true;
  if ('type' in part) return !identical(part.type, prior, planned);
  // Waiting times are Terraform's business: a change of them alone changes nothing.
  if (part.nesting === 'single') return false;
  return !(isZero(prior) && isZero(planned)) && JSON.stringify(prior) !== JSON.stringify(planned);
};

/** The ways to what makes a change a replacement. */
function replacing(block: Block, prior: Values, planned: Values, forced: Set<string>): object[] {
  const paths: object[] = [];
  const parts: [string, Attribute | Nested][] = [...Object.entries(block.attributes), ...Object.entries(block.blocks)];
  for (const [name, part] of parts) {
    const nestedForce = 'block' in part && Object.values(part.block.attributes).some((inner) => inner.forceNew);
    if (!part.forceNew && !forced.has(name) && !nestedForce) continue;
    if (!differs(part, prior[name] ?? null, planned[name] ?? null)) continue;
    if (part.forceNew || forced.has(name) || nestedForceDiffers(part as Nested, prior[name], planned[name]))
      paths.push(toPath([name]));
  }
  return paths;
}

function nestedForceDiffers(nested: Nested, prior: Dynamic, planned: Dynamic): boolean {
  if (!Array.isArray(prior) || !Array.isArray(planned)) return hasUnknown(planned);
  const names = Object.entries(nested.block.attributes).filter(([, a]) => a.forceNew);
  const length = Math.max(prior.length, planned.length);
  return names.some(([name, a]) =>
    Array.from({ length }, (_, i) => i).some((i) => differs(a, prior[i]?.[name] ?? null, planned[i]?.[name] ?? null)),
  );
}

export interface Planned {
  state: Values;
  requiresReplace: object[];
  /** Configured values that the state stores in another form (user data as its hash): the vendor still needs them. */
  originals: Values;
}

/** What Terraform's older provider kit plans, from the state before, the configuration and the resource's rules. */
export function plan(resource: Resource, prior: Values | null, config: Values, strict: boolean): Planned {
  const block = resource.block();
  const mode: Mode = { strict, resource: { prior: prior ?? {}, config }, changing: false };
  const parts: [string, Attribute | Nested][] = [...Object.entries(block.attributes), ...Object.entries(block.blocks)];
  const changes = (planned: Values) =>
    parts.filter(([name, part]) => prior === null || differs(part, prior[name] ?? null, planned[name] ?? null));

  let planned = planBlock(block, prior, config, mode);
  if (prior !== null && changes(planned).length > 0)
    planned = planBlock(block, prior, config, { ...mode, changing: true });

  const forced = new Set<string>();
  const change: Change = {
    prior,
    planned,
    config,
    changed: (name) => changes(planned).some(([part]) => part === name),
    known: (name) => !hasUnknown(planned[name]),
    forceNew: (name) => void forced.add(name),
    setUnknown: (name) => void (planned[name] = unknown),
  };
  resource.plan?.(change);

  // Nothing changed: the state stays to the letter, whatever way the configuration has of saying the same.
  if (prior !== null && changes(planned).length === 0)
    return { state: withSingles(block, prior, planned), requiresReplace: [], originals: {} };
  const originals = Object.fromEntries(
    Object.entries(block.attributes)
      .filter(([name, a]) => a.stored && !isZero(config[name]) && !hasUnknown(config[name]))
      .map(([name]) => [name, config[name]]),
  );
  return { state: planned, requiresReplace: prior === null ? [] : replacing(block, prior, planned, forced), originals };
}

const withSingles = (block: Block, prior: Values, planned: Values): Values => ({
  ...prior,
  ...Object.fromEntries(
    Object.entries(block.blocks)
      .filter(([, n]) => n.nesting === 'single')
      .map(([name]) => [name, planned[name]]),
  ),
});
