/** `digitalocean_reserved_ip` → `digitalocean` and `reserved_ip`. */
export function splitType(type: string): [provider: string, noun: string] {
  const at = type.indexOf('_');
  return [type.slice(0, at), type.slice(at + 1)];
}

export const camelCase = (snake: string): string => snake.replace(/[_-]+([A-Za-z0-9])/g, (_, first: string) => first.toUpperCase());
export const pascalCase = (snake: string): string => camelCase(`_${snake}`);

/** `digitalocean_reserved_ip.public-address` → `reservedIpPublicAddress`: of one kind there is one of each name, so no two collide. */
export function variableOf(address: string): string {
  const [type, name] = address.split('.') as [string, string];
  return camelCase(`${splitType(type)[1]}_${name}`);
}

/** `${…}` that Terraform would replace by an attribute; one that is escaped by a second `$` is text. */
const reference = /(?<!\$)\$\{([a-z_]+\.[\w-]+)\.([a-z_0-9]+)\}/g;

/** Addresses that a value refers to, by attribute or by name. */
export function addressesIn(value: unknown, known: ReadonlySet<string>): string[] {
  if (typeof value === 'string') return known.has(value) ? [value] : [...value.matchAll(reference)].map(([, address]) => address!);
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap((inner) => addressesIn(inner, known)) : [];
}

/** Keys whose values are not attributes but somebody's own names. */
const freeMaps = new Set(['triggers_replace']);
/** Attributes that the bindings want as numbers, where ids of other resources are texts. */
const numbers = new Set(['droplet_id']);

export interface Writing {
  /** Becomes `${name}` wherever it stands in a text. */
  readonly name: string;
  /** Addresses that may be named without an attribute, as depends_on does. */
  readonly known: ReadonlySet<string>;
}

/** TypeScript for one value of Terraform's JSON, as the bindings want it. */
export function source(value: unknown, writing: Writing, key = ''): string {
  if (typeof value === 'string') return text(value, writing, key);
  if (Array.isArray(value)) return `[${value.map((inner) => source(inner, writing, key)).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const rename = freeMaps.has(key) ? (name: string) => name : camelCase;
  return `{ ${Object.entries(value).map(([name, inner]) => `${JSON.stringify(rename(name))}: ${source(inner, writing, name)}`).join(', ')} }`;
}

function text(value: string, { name, known }: Writing, key: string): string {
  // replace_triggered_by is the one list of addresses that the bindings take as texts
  if (known.has(value)) return key === 'replace_triggered_by' ? JSON.stringify(value) : variableOf(value);
  const whole = [...value.matchAll(reference)].find(([found]) => found === value);
  if (whole) {
    const attribute = `${variableOf(whole[1]!)}.${camelCase(whole[2]!)}`;
    return numbers.has(key) ? `Token.asNumber(${attribute})` : attribute;
  }
  const parts: string[] = [];
  let from = 0;
  for (const found of value.matchAll(reference)) {
    parts.push(literal(value.slice(from, found.index), name), `\${${variableOf(found[1]!)}.${camelCase(found[2]!)}}`);
    from = found.index + found[0].length;
  }
  const whatIsLeft = literal(value.slice(from), name);
  const template = [...parts, whatIsLeft].join('');
  return template === value ? JSON.stringify(value) : `\`${template}\``;
}

/** Text within backquotes, with the environment's name as a variable. */
const literal = (value: string, name: string): string =>
  value.replaceAll(/[\\`]|\$(?=\{)/g, (sign) => `\\${sign}`).replaceAll(name, '${name}');
