import { isUnknown, type Dynamic, type Type, type Values } from './value';

/** Judges one configured value; the text is the vendor's wording. `key` is the attribute as the vendor's message names it. */
export type Check = (
  value: Dynamic,
  key: string,
) => string | { warning: string; detail?: string } | { summary: string; detail: string } | undefined;

/** Rules of an attribute or block that hold when it is set at all; names are those of the resource's top level. */
interface Rules {
  /** A change replaces the resource. */
  forceNew?: boolean;
  check?: Check;
  /** The warning that is given when it is set. */
  deprecated?: string;
  /** True when a difference between the state and the configuration means nothing to the vendor. */
  suppress?: (prior: Dynamic, next: Dynamic, resource: { prior: Values; config: Values }) => boolean;
  conflicts?: string[];
  requiredWith?: string[];
  exactlyOneOf?: string[];
}

export interface Attribute extends Rules {
  type: Type;
  required?: boolean;
  optional?: boolean;
  computed?: boolean;
  sensitive?: boolean;
  default?: Dynamic;
  /** What the state holds instead of the configured value, for example its hash. The vendor still gets the configured value. */
  stored?: (value: Dynamic) => Dynamic;
  /** Computed, and may change when the resource is updated in place. */
  volatile?: boolean;
  /** Judges each element of a list, set or map. */
  each?: Check;
}

export interface Nested extends Rules {
  nesting: 'single' | 'list' | 'set';
  block: Block;
  min?: number;
  max?: number;
}

export interface Block {
  attributes: Record<string, Attribute>;
  blocks: Record<string, Nested>;
}

const nestingNumber = { single: 1, list: 2, set: 3 };

/**
 * The block as the protocol describes it. Providers on the old type system may plan values for attributes that are only
 * optional (defaults); in strict mode Terraform allows that for computed ones, so all optional ones are shown as computed.
 */
export function toProtocol(block: Block, strict: boolean): object {
  return {
    attributes: Object.entries(block.attributes).map(([name, a]) => ({
      name,
      type: Buffer.from(JSON.stringify(a.type)),
      required: !!a.required,
      optional: !!a.optional,
      computed: !!a.computed || (strict && !!a.optional),
      sensitive: !!a.sensitive,
      deprecated: !!a.deprecated,
    })),
    blockTypes: Object.entries(block.blocks).map(([typeName, n]) => ({
      typeName,
      block: toProtocol(n.block, strict),
      nesting: nestingNumber[n.nesting],
      minItems: n.min ?? 0,
      maxItems: n.max ?? 0,
    })),
  };
}

function conformType(type: Type, value: Dynamic, where: string): Dynamic {
  if (value === undefined || value === null) return null;
  if (isUnknown(value) || type === 'dynamic') return value;
  if (typeof type === 'string') {
    // Fractions and large numbers arrive as text.
    const fitting = type === 'number' && typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
    const actual = typeof fitting === 'boolean' ? 'bool' : typeof fitting;
    if (actual !== type || Number.isNaN(fitting))
      throw new Error(`${where}: expected a ${type}, got ${JSON.stringify(value)}`);
    return fitting;
  }
  if (type[0] === 'object') {
    return Object.fromEntries(
      Object.entries(type[1]).map(([name, inner]) => [name, conformType(inner, value[name], `${where}.${name}`)]),
    );
  }
  if (type[0] === 'map') {
    return Object.fromEntries(
      Object.entries(value).map(([name, item]) => [name, conformType(type[1], item, `${where}.${name}`)]),
    );
  }
  if (!Array.isArray(value)) throw new Error(`${where}: expected a ${type[0]}, got ${JSON.stringify(value)}`);
  const items = value.map((item, index) => conformType(type[1], item, `${where}.${index}`));
  const distinct = (item: Dynamic, index: number) =>
    items.findIndex((other) => JSON.stringify(other) === JSON.stringify(item)) === index;
  return type[0] === 'set' ? items.filter((item, index) => isUnknown(item) || distinct(item, index)) : items;
}

/**
 * The object in the exact shape that Terraform wants: every attribute there (null when it has no value) and of its type, every
 * repeated block a list. Names that the schema does not have are dropped.
 */
export function conform(block: Block, value: Dynamic, where = 'resource'): Dynamic {
  if (value === null || value === undefined || isUnknown(value)) return value ?? null;
  const result: Values = {};
  for (const [name, attribute] of Object.entries(block.attributes)) {
    result[name] = conformType(attribute.type, value[name], `${where}.${name}`);
  }
  for (const [name, nested] of Object.entries(block.blocks)) {
    const inner = value[name];
    if (isUnknown(inner)) result[name] = inner;
    else if (nested.nesting === 'single') result[name] = conform(nested.block, inner ?? null, `${where}.${name}`);
    else
      result[name] = (inner ?? []).map((item: Dynamic, index: number) =>
        conform(nested.block, item, `${where}.${name}.${index}`),
      );
  }
  return result;
}
