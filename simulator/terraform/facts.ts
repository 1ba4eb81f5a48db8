import { type Attribute, type Block, type Check, type Nested } from './schema';
import { type Dynamic } from './value';

/** By attribute: `name`, or `block.name` for one inside a block. */
type ByName<T> = Record<string, T>;

/** What the bindings do not tell about a resource, from the provider's source and from trying it. */
export interface Facts {
  forceNew?: string[];
  sensitive?: string[];
  /** Computed, and may change in an update in place. */
  volatile?: string[];
  defaults?: ByName<Dynamic>;
  check?: ByName<Check>;
  each?: ByName<Check>;
  stored?: ByName<Attribute['stored'] & object>;
  suppress?: ByName<Attribute['suppress'] & object>;
  deprecated?: ByName<string>;
  conflicts?: ByName<string[]>;
  requiredWith?: ByName<string[]>;
  exactlyOneOf?: string[];
  min?: ByName<number>;
  max?: ByName<number>;
}

function find(block: Block, path: string, where: string): Attribute | Nested {
  const [name, ...rest] = path.split('.');
  const nested = block.blocks[name];
  const found =
    rest.length > 0 && nested ? find(nested.block, rest.join('.'), where) : (block.attributes[name] ?? nested);
  if (!found || (rest.length > 0 && !nested)) {
    const names = [...Object.keys(block.attributes), ...Object.keys(block.blocks)];
    throw new Error(`${where}: its facts name ${path}, which the bindings do not have; they have ${names.join(', ')}`);
  }
  return found;
}

const copy = (block: Block): Block => ({
  attributes: Object.fromEntries(Object.entries(block.attributes).map(([name, a]) => [name, { ...a }])),
  blocks: Object.fromEntries(Object.entries(block.blocks).map(([name, n]) => [name, { ...n, block: copy(n.block) }])),
});

/** The structure with the facts. A name that the structure lacks throws, so that an upgrade of the bindings is noticed. */
export function withFacts(structure: Block, facts: Facts, where: string): Block {
  const block = copy(structure);
  const set = (path: string, change: Partial<Attribute & Nested>) => Object.assign(find(block, path, where), change);
  for (const flag of ['forceNew', 'sensitive', 'volatile'] as const)
    for (const path of facts[flag] ?? []) set(path, { [flag]: true });
  for (const rule of [
    'check',
    'each',
    'stored',
    'suppress',
    'deprecated',
    'conflicts',
    'requiredWith',
    'min',
    'max',
  ] as const) {
    for (const [path, value] of Object.entries(facts[rule] ?? {})) set(path, { [rule]: value });
  }
  for (const [path, value] of Object.entries(facts.defaults ?? {})) set(path, { default: value });
  for (const path of facts.exactlyOneOf ?? []) set(path, { exactlyOneOf: facts.exactlyOneOf });
  return block;
}
