import { createHash } from 'node:crypto';
import { atLeast, oneOf } from '../../terraform/check';
import { type DataSource, type Provider, type Resource } from '../../terraform/resource';
import { type Attribute, type Block } from '../../terraform/schema';
import { type Values } from '../../terraform/value';

const optional = (type: Attribute['type'], more: Partial<Attribute> = {}): Attribute => ({
  type,
  optional: true,
  ...more,
});
const computed = (type: Attribute['type'], more: Partial<Attribute> = {}): Attribute => ({
  type,
  computed: true,
  ...more,
});

const boxBlock: Block = {
  attributes: {
    id: { type: 'string', optional: true, computed: true },
    name: { type: 'string', required: true, forceNew: true },
    colour: optional('string', { check: oneOf('red', 'blue') }),
    size: optional('number', { default: 1, check: atLeast(1) }),
    ratio: optional('number'),
    place: { type: 'string', optional: true, computed: true },
    note: optional('string', { suppress: (prior, next) => String(prior).trim() === String(next).trim() }),
    body: optional('string', { forceNew: true, stored: (v) => createHash('sha1').update(v).digest('hex') }),
    tags: optional(['set', 'string']),
    password: optional('string', { sensitive: true }),
    wait_ms: optional('number'),
    serial: computed('number'),
    revision: computed('number', { volatile: true }),
  },
  blocks: {
    rule: {
      nesting: 'set',
      block: {
        attributes: {
          port: { type: 'number', required: true },
          from: optional(['set', 'string']),
          uid: computed('string'),
        },
        blocks: {},
      },
    },
    limit: { nesting: 'list', max: 1, block: { attributes: { cpu: optional('number', { default: 2 }) }, blocks: {} } },
  },
};

/** A vendor with one kind of thing, in memory. */
export class ToyCloud {
  readonly boxes = new Map<string, Values>();
  readonly created: Values[] = [];
  private counter = 0;
  busy = 0;
  most = 0;
  /** Names of boxes that cannot be finished: they exist, and the creation fails. */
  readonly broken = new Set<string>();

  next(): number {
    return ++this.counter;
  }
}

const box: Resource<ToyCloud> = {
  type: 'toy_box',
  block: () => boxBlock,
  plan: (change) => {
    if (change.prior && change.known('size') && change.planned.size < change.prior.size)
      throw new Error('a box cannot shrink');
  },
  async create({ api, stop }, values, made) {
    api.created.push(values);
    const serial = api.next();
    const id = `box-${serial}`;
    const rules = (values.rule as Values[]).map((rule) => ({ ...rule, uid: `rule-${rule.port}` }));
    api.boxes.set(id, { ...values, rule: rules, id, serial, revision: 1, place: values.place ?? 'shelf' });
    made({ id });
    api.most = Math.max(api.most, ++api.busy);
    try {
      await new Promise<void>((resolve, reject) => {
        const timer = setTimeout(resolve, values.wait_ms ?? 0);
        stop.addEventListener('abort', () => (clearTimeout(timer), reject(stop.reason as Error)));
      });
    } finally {
      api.busy--;
    }
    if (api.broken.has(values.name)) throw new Error(`Error creating box: ${values.name} is broken`);
  },
  async read({ api }, state) {
    const real = api.boxes.get(state.id);
    if (!real) return null;
    const { colour, size, ratio, place, note, tags, rule, limit, serial, revision, name } = real;
    return { name, colour, size, ratio, place, note, tags, rule, limit, serial, revision };
  },
  async update({ api }, values, prior) {
    const old = api.boxes.get(prior.id) ?? {};
    const rules = (values.rule as Values[]).map((rule) => ({ ...rule, uid: `rule-${rule.port}` }));
    api.boxes.set(prior.id, { ...old, ...values, rule: rules, revision: Number(old.revision) + 1, serial: old.serial });
  },
  async delete({ api }, state) {
    if (!api.boxes.delete(state.id)) throw new Error(`Error deleting box: ${state.id} is not there`);
  },
  importer: (_, id) => ({ id }),
};

const boxByName: DataSource<ToyCloud> = {
  type: 'toy_box',
  block: () => ({
    attributes: { id: computed('string'), name: { type: 'string', required: true }, size: computed('number') },
    blocks: {},
  }),
  async read({ api }, config) {
    const found = [...api.boxes.values()].find((one) => one.name === config.name);
    if (!found) throw new Error(`no box is called ${config.name}`);
    return { id: found.id, size: found.size };
  },
};

/** A provider over toy clouds: the provider block's `cloud` says which. */
export const toyProvider = (clouds: Record<string, ToyCloud>): Provider<ToyCloud> => ({
  name: 'toy',
  block: () => ({ attributes: { cloud: optional('string') }, blocks: {} }),
  resources: [box],
  dataSources: [boxByName],
  configure: (config) => clouds[config.cloud ?? 'main'],
});
