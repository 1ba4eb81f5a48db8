import { fromError } from './diagnostic';
import { type Planned, plan } from './plan';
import { type Call } from './protocol';
import { type Context, type DataSource, type Provider, type Resource } from './resource';
import { conform, toProtocol } from './schema';
import { mergeApplyResult } from './merge-apply-result';
import { validate } from './validate';
import { known, type Dynamic, pack, unpack, type Values } from './value';

/** One instance of a provider: Terraform opens a connection for each provider block, and configures it by that connection. */
export interface Session {
  handle(call: Call, request: Dynamic): Promise<object>;
  /** Ends what is still waited for: nobody is left to hear of it. */
  close(): void;
}

export interface EngineOptions {
  /** Without the leniency that Terraform has for providers on the old type system: finds a stand-in's own mistakes. */
  strict?: boolean;
}

/** Where the older provider kit keeps the configured values that the state stores in another form. */
const ORIGINALS = '_new_extra_shim';

interface Private {
  schema_version?: string;
  [ORIGINALS]?: Values;
}
const readPrivate = (bytes: Uint8Array | undefined): Private =>
  bytes?.length ? (JSON.parse(Buffer.from(bytes).toString()) as Private) : {};
const writePrivate = (value: Private): Buffer =>
  Object.keys(value).length > 0 ? Buffer.from(JSON.stringify(value)) : Buffer.alloc(0);

/** Answers Terraform's calls for one provider. */
export function createSession(provider: Provider, options: EngineOptions = {}): Session {
  const strict = options.strict ?? false;
  const legacy = { legacyTypeSystem: !strict };
  const resources = new Map(provider.resources.map((r) => [r.type, r]));
  const dataSources = new Map(provider.dataSources.map((d) => [d.type, d]));
  let api: Dynamic;
  let stopping = new AbortController();

  const find = <T extends Resource | DataSource>(all: Map<string, T>, type: string): T => {
    const found = all.get(type);
    if (!found)
      throw new Error(
        `${provider.name}: the stand-in provider has no ${type}; it has ${[...all.keys()].sort().join(', ')}`,
      );
    return found;
  };
  const resourceOf = (type: string) => find(resources, type);
  const context = (): Context<Dynamic> => ({ api, stop: stopping.signal });
  const take = (resource: Resource | DataSource, wire: Dynamic) =>
    conform(resource.block(), unpack(wire), resource.type);
  const send = (resource: Resource | DataSource, value: Dynamic) =>
    pack(conform(resource.block(), value, resource.type));

  async function create(resource: Resource, planned: Values, values: Values, keep: Private): Promise<object> {
    const block = resource.block();
    const learned: Values = {};
    let exists = false;
    const made = (what: Values) => {
      Object.assign(learned, what);
      exists = true;
    };
    try {
      made((await resource.create(context(), values, made)) ?? {});
      // The real providers read what they just made, too: the answer to a creation seldom tells everything.
      const real = await resource.read(context(), { ...values, ...known(planned), ...learned });
      const state = real && mergeApplyResult(block, planned, { ...learned, ...real }, strict);
      return { newState: send(resource, state), private: writePrivate(keep), ...legacy };
    } catch (error) {
      // With a state beside the error Terraform keeps the resource, tainted; without one it never was.
      const state = exists ? mergeApplyResult(block, planned, learned, strict) : null;
      return {
        newState: send(resource, known(state)),
        private: writePrivate(keep),
        diagnostics: [fromError(error)],
        ...legacy,
      };
    }
  }

  async function update(
    resource: Resource,
    planned: Values,
    values: Values,
    prior: Values,
    keep: Private,
  ): Promise<object> {
    const block = resource.block();
    try {
      if (!resource.update) throw new Error(`doesn't support update`);
      const learned = (await resource.update(context(), values, prior)) ?? {};
      const real = await resource.read(context(), known(mergeApplyResult(block, planned, learned, strict, prior)));
      const state = real && mergeApplyResult(block, planned, { ...learned, ...real }, strict, prior);
      return { newState: send(resource, state), private: writePrivate(keep), ...legacy };
    } catch (error) {
      // The older provider kit stores the planned values even when the update failed; the next refresh tells the truth.
      const state = known(mergeApplyResult(block, planned, {}, strict, prior));
      return {
        newState: send(resource, state),
        private: writePrivate(keep),
        diagnostics: [fromError(error)],
        ...legacy,
      };
    }
  }

  async function apply(q: Dynamic): Promise<object> {
    const resource = resourceOf(q.typeName);
    const prior: Values | null = take(resource, q.priorState);
    const planned: Values | null = take(resource, q.plannedState);
    const keep = readPrivate(q.plannedPrivate);
    if (planned === null) {
      try {
        await resource.delete(context(), prior ?? {});
        return { newState: send(resource, null), ...legacy };
      } catch (error) {
        return {
          newState: send(resource, prior),
          private: q.plannedPrivate,
          diagnostics: [fromError(error)],
          ...legacy,
        };
      }
    }
    const { [ORIGINALS]: originals, ...rest } = keep;
    const values = { ...known(planned), ...originals };
    return prior === null ? create(resource, planned, values, rest) : update(resource, planned, values, prior, rest);
  }

  const responses: Record<Call, (q: Dynamic) => object | Promise<object>> = {
    GetMetadata: () => ({
      serverCapabilities: { getProviderSchemaOptional: true },
      resources: [...resources.keys()].map((typeName) => ({ typeName })),
      dataSources: [...dataSources.keys()].map((typeName) => ({ typeName })),
    }),
    GetSchema: () => ({
      provider: { version: 0, block: toProtocol(provider.block(), false) },
      resourceSchemas: Object.fromEntries(
        provider.resources.map((r) => [r.type, { version: r.version ?? 0, block: toProtocol(r.block(), strict) }]),
      ),
      dataSourceSchemas: Object.fromEntries(
        provider.dataSources.map((d) => [d.type, { version: 0, block: toProtocol(d.block(), strict) }]),
      ),
      serverCapabilities: { getProviderSchemaOptional: true },
    }),
    PrepareProviderConfig: (q) => ({ preparedConfig: q.config }),
    Configure: async (q) => {
      api = await provider.configure(conform(provider.block(), unpack(q.config), provider.name) ?? {});
      return {};
    },
    ValidateResourceTypeConfig: (q) => {
      const resource = resourceOf(q.typeName);
      return { diagnostics: validate(resource.block(), take(resource, q.config)) };
    },
    ValidateDataSourceConfig: (q) => {
      const source = find(dataSources, q.typeName);
      return { diagnostics: validate(source.block(), take(source, q.config)) };
    },
    UpgradeResourceState: (q) => {
      const resource = resourceOf(q.typeName);
      // A provider passes a removed attribute over in silence, and so does `conform`.
      return { upgradedState: send(resource, JSON.parse(Buffer.from(q.rawState.json).toString())) };
    },
    ReadResource: async (q) => {
      const resource = resourceOf(q.typeName);
      const state: Values = take(resource, q.currentState);
      const real = await resource.read(context(), state);
      return {
        newState: send(resource, real && { ...state, ...(strict ? withoutSuppressed(resource, state, real) : real) }),
        private: q.private,
      };
    },
    PlanResourceChange: (q) => {
      const resource = resourceOf(q.typeName);
      const config: Values | null = take(resource, q.config);
      if (unpack(q.proposedNewState) === null || config === null) {
        return { plannedState: pack(null), plannedPrivate: q.priorPrivate, ...legacy };
      }
      const planned: Planned = plan(resource, take(resource, q.priorState), config, strict);
      const keep = readPrivate(q.priorPrivate);
      if (resource.version) keep.schema_version = String(resource.version);
      if (Object.keys(planned.originals).length > 0) keep[ORIGINALS] = planned.originals;
      return {
        plannedState: send(resource, planned.state),
        requiresReplace: planned.requiresReplace,
        plannedPrivate: writePrivate(keep),
        ...legacy,
      };
    },
    ApplyResourceChange: apply,
    ImportResourceState: async (q) => {
      const resource = resourceOf(q.typeName);
      if (!resource.importer) throw new Error(`resource ${q.typeName} doesn't support import`);
      const state = await resource.importer(context(), q.id);
      return {
        importedResources: [
          { typeName: q.typeName, state: send(resource, { id: q.id, ...state }), private: Buffer.alloc(0) },
        ],
      };
    },
    ReadDataSource: async (q) => {
      const source = find(dataSources, q.typeName);
      const config: Values = take(source, q.config);
      const defaults = Object.entries(source.block().attributes).filter(
        ([name, a]) => a.default !== undefined && config[name] === null,
      );
      const asked = { ...config, ...Object.fromEntries(defaults.map(([name, a]) => [name, a.default])) };
      return { state: send(source, { ...asked, ...(await source.read(context(), asked)) }) };
    },
    Stop: () => {
      // What runs now is asked to end; a provider that is used again afterwards starts afresh.
      stopping.abort(new Error('context canceled'));
      stopping = new AbortController();
      return {};
    },
  };

  return {
    close: () => stopping.abort(new Error('context canceled')),
    async handle(call, request) {
      try {
        return await responses[call](request);
      } catch (error) {
        return call === 'Stop' ? { error: String(error) } : { diagnostics: [fromError(error)] };
      }
    },
  };
}

/** A strict plan has the blocks of the configuration and no others, so one that means nothing must not get into the state. */
function withoutSuppressed(resource: Resource, state: Values, real: Values): Values {
  const blocks = resource.block().blocks;
  const meaningless = ([name, value]: [string, Dynamic]): boolean =>
    !!blocks[name]?.suppress?.(value, state[name] ?? [], { prior: state, config: state });
  return Object.fromEntries(Object.entries(real).filter((entry) => !meaningless(entry)));
}
