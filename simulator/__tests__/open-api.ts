import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import Ajv, { type ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';

/** Folders that the vendors' descriptions are looked for in: they are data of others, so they are not part of this repository. */
const folders = [process.env.SIMULATOR_OPENAPI, join(__dirname, '../../node_modules/.cache/openapi')].filter(
  (folder) => folder !== undefined,
);
const find = (name: string): string =>
  folders.map((folder) => join(folder, name)).find((file) => existsSync(file)) ?? join(folders[0]!, name);

export const DESCRIPTIONS = {
  digitalocean: find('digitalocean.json'),
  github: find('api.github.com.json'),
} as const;

export type Vendor = keyof typeof DESCRIPTIONS;

export interface Exchange {
  method: string;
  /** Path and query. */
  path: string;
  request?: unknown;
  status: number;
  answer?: unknown;
}

type Json = Record<string, unknown>;

/** OpenAPI 3.0 says `nullable`; JSON Schema says `null` is one of the types. Done in place. */
function withNulls(node: unknown): void {
  if (Array.isArray(node)) return node.forEach(withNulls);
  if (typeof node !== 'object' || node === null) return;
  const schema = node as Json;
  if (schema.nullable === true) {
    delete schema.nullable;
    if (typeof schema.type === 'string') {
      schema.type = [schema.type, 'null'];
      if (Array.isArray(schema.enum) && !schema.enum.includes(null)) schema.enum.push(null);
    } else {
      const inner = { ...schema };
      for (const key of Object.keys(schema)) delete schema[key];
      schema.anyOf = [{ type: 'null' }, inner];
    }
  } else if (schema.nullable === false) delete schema.nullable;
  Object.values(schema).forEach(withNulls);
}

const pointer = (...parts: string[]) =>
  parts.map((part) => `/${part.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');

interface Operation {
  template: string;
  pattern: RegExp;
  parameters: number;
}

/** A vendor's own description of its API: says what in a request or an answer does not fit it. */
export class OpenApi {
  private readonly document: { paths: Record<string, Json> };
  private readonly ajv = new Ajv({
    strict: false,
    allErrors: true,
    validateSchema: false,
    validateFormats: true,
    unicodeRegExp: false,
    logger: false,
  });
  private readonly operations: Operation[];
  private readonly compiled = new Map<string, ValidateFunction>();

  private static readonly known = new Map<Vendor, OpenApi>();

  /** The vendor's description, or nothing when it is not there. Read once. */
  static of(vendor: Vendor): OpenApi | undefined {
    if (!existsSync(DESCRIPTIONS[vendor])) return undefined;
    const description = OpenApi.known.get(vendor) ?? new OpenApi(DESCRIPTIONS[vendor]);
    OpenApi.known.set(vendor, description);
    return description;
  }

  private constructor(file: string) {
    this.document = JSON.parse(readFileSync(file, 'utf8')) as { paths: Record<string, Json> };
    withNulls(this.document);
    addFormats(this.ajv);
    this.ajv.addSchema({ $id: 'vendor:api', ...this.document });
    this.operations = Object.keys(this.document.paths)
      .map((template) => {
        const names = [...template.matchAll(/\{([^}]+)\}/g)].map(([, name]) => name);
        const source = template
          .replace(/[.*+?^$()|[\]\\]/g, '\\$&')
          .replace(/\{([^}]+)\}/g, (_, name) =>
            name === 'path' || (name === 'ref' && template.endsWith('/{ref}')) ? '(.+)' : '([^/]+)',
          );
        // what may hold slashes fits nearly everything, so it comes last among its like
        return {
          template,
          pattern: new RegExp(`^${source}$`),
          parameters: names.length + (source.includes('(.+)') ? 0.5 : 0),
        };
      })
      .sort((a, b) => a.parameters - b.parameters);
  }

  /** Every way in which this exchange does not fit. Requests that were refused may be wrong: refusing them is right. */
  check({ method, path, request, status, answer }: Exchange): string[] {
    const url = new URL(path, 'http://vendor');
    const verb = method.toLowerCase();
    const found = this.operations.find(
      ({ pattern, template }) => pattern.test(url.pathname) && verb in this.document.paths[template],
    );
    if (!found) return ['the vendor has no such operation'];
    const operation = this.document.paths[found.template][verb] as Json;
    const at = ['paths', found.template, verb];
    const problems: string[] = [];
    if (status < 400) {
      const known = this.queryParameters(found.template, operation);
      for (const name of url.searchParams.keys())
        if (!known.includes(name)) problems.push(`query: ${name} is not described`);
      if (request !== undefined && operation.requestBody) {
        problems.push(
          ...this.validate('request', this.resolve(operation.requestBody, [...at, 'requestBody']), request),
        );
      }
    }
    const responses = operation.responses as Json;
    const code =
      String(status) in responses ? String(status) : status >= 400 && 'default' in responses ? 'default' : undefined;
    if (code === undefined) {
      // GitHub's description names few of its errors.
      return status >= 400 && !('default' in responses)
        ? problems
        : [...problems, `answer: status ${status} is not described`];
    }
    if (answer !== undefined)
      problems.push(...this.validate('answer', this.resolve(responses[code], [...at, 'responses', code]), answer));
    return problems;
  }

  private queryParameters(template: string, operation: Json): string[] {
    const all = [
      ...((this.document.paths[template].parameters as Json[] | undefined) ?? []),
      ...((operation.parameters as Json[] | undefined) ?? []),
    ];
    return all
      .map((parameter) => this.get(this.resolve(parameter, [])))
      .filter((parameter) => parameter.in === 'query')
      .map(({ name }) => name as string);
  }

  /** Follows a `$ref` to the place that it means. */
  private resolve(node: unknown, at: string[]): string[] | Json {
    const reference = (node as Json).$ref;
    if (typeof reference !== 'string') return at.length > 0 ? at : (node as Json);
    const parts = reference
      .slice(2)
      .split('/')
      .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
    return this.resolve(this.get(parts), parts);
  }

  private get(place: string[] | Json): Json {
    return Array.isArray(place)
      ? place.reduce<Json>((node, part) => node[part] as Json, this.document as unknown as Json)
      : place;
  }

  private validate(what: string, place: string[] | Json, value: unknown): string[] {
    const { content } = this.get(place) as { content?: Record<string, Json> };
    const type = content && Object.keys(content).find((candidate) => candidate.startsWith('application/json'));
    if (!type || !content[type].schema || !Array.isArray(place)) return [];
    const reference = `vendor:api#${pointer(...place, 'content', type, 'schema')}`;
    let validator = this.compiled.get(reference);
    if (!validator) this.compiled.set(reference, (validator = this.ajv.compile({ $ref: reference })));
    if (validator(value)) return [];
    return (validator.errors ?? []).map(
      ({ instancePath, message, params }) => `${what}: ${instancePath || '/'} ${message} ${JSON.stringify(params)}`,
    );
  }
}
