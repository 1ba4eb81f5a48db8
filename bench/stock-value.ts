/** `digitalocean_reserved_ip` → `digitalocean` and `reserved_ip`. */
export function splitType(type: string): [provider: string, noun: string] {
  const at = type.indexOf('_');
  return [type.slice(0, at), type.slice(at + 1)];
}

export const camelCase = (snake: string): string =>
  snake.replace(/[_-]+([A-Za-z0-9])/g, (_, first: string) => first.toUpperCase());
export const pascalCase = (snake: string): string => camelCase(`_${snake}`);

/** `digitalocean_reserved_ip.public-address` → `reservedIpPublicAddress`: of one kind there is one of each name, so no two collide. */
export function variableOf(address: string): string {
  const [type, name] = address.split('.') as [string, string];
  return camelCase(`${splitType(type)[1]}_${name}`);
}

/** `${…}` that Terraform would replace by an attribute; one that is escaped by a second `$` is text, and `self` is the resource itself. */
const reference = /(?<!\$)\$\{(?!self\.)([a-z_]+\.[\w-]+)\.([a-z_0-9]+)\}/g;

/** Addresses that a value refers to in the program, by attribute or by name. */
export function addressesIn(value: unknown, known: ReadonlySet<string>): string[] {
  if (typeof value === 'string')
    return known.has(value) ? [value] : [...value.matchAll(reference)].map(([, address]) => address!);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => (addressLists.has(key) ? [] : addressesIn(inner, known)));
}

/** Lists of addresses that the bindings take as texts. */
const addressLists = new Set(['replace_triggered_by']);
/** A file that cdktf copies beside the stack's JSON: `assets/ID/DIGEST/FILE`. */
const assetPath = /assets\/([\w-]+)\/[0-9A-F]{32}\/([\w.-]+)/g;

export interface Asset {
  readonly id: string;
  /** Relative to the stack's folder. */
  readonly path: string;
  readonly file: string;
}

/** Every file that a stack's JSON refers to, once. */
export function assetsIn(json: unknown): Asset[] {
  const found = [...JSON.stringify(json).matchAll(assetPath)].map(([path, id, file]) => ({
    id: id!,
    path,
    file: file!,
  }));
  return [...new Map(found.map((asset) => [asset.path, asset])).values()];
}

/** Keys whose values are not attributes but somebody's own names. */
const freeMaps = new Set(['triggers_replace']);
/** Attributes that the bindings want as numbers, where ids of other resources are texts. */
const numbers = new Set(['droplet_id']);

export interface Writing {
  /** Becomes `${name}` wherever it stands in a text; there is only one such stack when absent. */
  readonly name?: string;
  /** Addresses that may be named without an attribute, as depends_on does. */
  readonly known: ReadonlySet<string>;
  /** For an override, which is Terraform's own JSON: names stay as they are, and addresses are texts. */
  readonly asTerraform?: boolean;
  /** Digests of contents, and the code that computes each: they differ from environment to environment. */
  readonly digests?: ReadonlyMap<string, string>;
}

/** TypeScript for one value of Terraform's JSON, as the bindings want it. */
export function source(value: unknown, writing: Writing, key = ''): string {
  if (typeof value === 'string') return text(value, writing, key);
  if (Array.isArray(value)) return `[${value.map((inner) => source(inner, writing, key)).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const rename = writing.asTerraform || freeMaps.has(key) ? (name: string) => name : camelCase;
  const properties = Object.entries(value).map(
    ([name, inner]) => `${propertyName(rename(name))}: ${source(inner, writing, name)}`,
  );
  return properties.length === 0 ? '{}' : `{ ${properties.join(', ')} }`;
}

const propertyName = (name: string): string => (/^[A-Za-z_]\w*$/.test(name) ? name : JSON.stringify(name));

function text(value: string, { name, known, asTerraform, digests }: Writing, key: string): string {
  const computed = digests?.get(value);
  if (computed !== undefined) return computed;
  if (known.has(value)) return asTerraform || addressLists.has(key) ? JSON.stringify(value) : variableOf(value);
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
const literal = (value: string, name?: string): string => {
  const escaped = value
    .replaceAll(/[\\`]|\$(?=\{)/g, (sign) => `\\${sign}`)
    .replaceAll(assetPath, (_, id: string) => `\${${camelCase(id)}.path}`);
  return name === undefined ? escaped : escaped.replaceAll(name, '${name}');
};
