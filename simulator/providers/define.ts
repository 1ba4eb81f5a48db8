import { derive } from '../terraform/bindings';
import { type Facts, withFacts } from '../terraform/facts';
import type { Change, Context, DataSource, Learned, Resource } from '../terraform/resource';
import { type Block } from '../terraform/schema';
import { type Dynamic, type Values } from '../terraform/value';

type Made = (values: Values) => void;

/** What is known of a resource beyond its structure: its facts, and the calls that make, read, change and delete it. */
export interface Definition<Api> extends Facts {
  version?: number;
  plan?(change: Change): void;
  create(api: Api, values: Values, made: Made): Learned;
  read(api: Api, state: Values): Promise<Values | null>;
  update?(api: Api, values: Values, prior: Values): Learned;
  delete(api: Api, state: Values): Promise<void>;
  /** The state to start from when something is imported by this id. Left out: the id is all there is. False: not possible. */
  importId?: ((id: string, api: Api) => Values | Promise<Values>) | false;
}

export interface DataDefinition<Api> extends Facts {
  read(api: Api, config: Values): Promise<Values>;
}

/** An API client that can be told to stop waiting. */
export interface Stoppable<Api> {
  until(stop: AbortSignal): Api;
}

function lazyBlock(bindings: string, module: string, facts: Facts): () => Block {
  let block: Block | undefined;
  return () => (block ??= withFacts(derive(bindings, module).block, facts, `${bindings}/${module}`));
}

/** The functions that define one vendor's resources and data sources on its bindings. */
export function vendor<Api extends Stoppable<Api>>(name: string) {
  const bindings = `@cdktf/provider-${name}`;
  const typeOf = (module: string) => `${name}_${module.replaceAll('-', '_')}`;
  const client = ({ api, stop }: Context<Api>): Api => api.until(stop);

  /** `module` is the resource's folder in the bindings, for example `spaces-bucket`. */
  function resource(module: string, definition: Definition<Api>): Resource<Api> {
    const { version, plan, create, read, update, delete: remove, importId } = definition;
    return {
      type: typeOf(module),
      block: lazyBlock(bindings, module, definition),
      version,
      plan,
      create: (context, values, made) => create(client(context), values, made),
      read: (context, state) => read(client(context), state),
      update: update && ((context, values, prior) => update(client(context), values, prior)),
      delete: (context, state) => remove(client(context), state),
      importer: importId === false ? undefined : (context, id) => importId?.(id, client(context)) ?? {},
    };
  }

  function dataSource(module: string, definition: DataDefinition<Api>): DataSource<Api> {
    return {
      type: typeOf(module),
      block: lazyBlock(bindings, `data-${name}-${module}`, definition),
      read: (context, config) => definition.read(client(context), config),
    };
  }

  const providerBlock = (facts: Facts = {}) => lazyBlock(bindings, 'provider', facts);
  return { resource, dataSource, providerBlock };
}

/** A client whose waiting ends with the signal, sharing everything else. */
export const stoppable = <T extends object>(client: T, stop: AbortSignal): T =>
  Object.create(client, { stop: { value: stop } }) as T;

/** Two parts of an import id, as `domain,id`. */
export function parts(id: string, separator: string, message: string): [string, string] {
  const at = id.indexOf(separator);
  if (at < 0) throw new Error(message);
  return [id.slice(0, at), id.slice(at + 1)];
}

export const first = <T>(list: T[] | null | undefined): T | undefined => list?.[0];
export const same = (left: Dynamic, right: Dynamic): boolean =>
  JSON.stringify(left ?? null) === JSON.stringify(right ?? null);
