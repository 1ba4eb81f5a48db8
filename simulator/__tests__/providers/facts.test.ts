import { readFileSync } from 'node:fs';
import { digitalocean } from '../../providers/digitalocean';
import { github } from '../../providers/github';
import { type DataSource, type Resource } from '../../terraform/resource';
import { type Block } from '../../terraform/schema';
import { type Dynamic } from '../../terraform/value';

/** A dump of the real providers' schemas. */
const dump = process.env.SIMULATOR_PROVIDER_SCHEMAS;

const patience = { retries: 0, retryMs: 1, pollMs: 1 };
const access = {
  apiUrl: 'http://127.0.0.1:1',
  token: '',
  spaces: { host: '127.0.0.1', port: 1, accessKey: '', secretKey: '' },
};
const providers = {
  digitalocean: digitalocean(access, patience),
  github: github({ baseUrl: 'http://127.0.0.1:1', token: '' }, patience),
};

/** Each fact as a line that can be compared, for one block of the dump and the same block of the stand-in. */
function compare(where: string, real: Record<string, Dynamic>, block: Block): string[] {
  const differences: string[] = [];
  const expect = (what: string, told: unknown, mine: unknown) => {
    if (JSON.stringify(told) !== JSON.stringify(mine)) {
      differences.push(
        `${where}${what}: the real provider says ${JSON.stringify(told)}, the stand-in ${JSON.stringify(mine)}`,
      );
    }
  };
  for (const [name, fact] of Object.entries(real)) {
    const attribute = block.attributes[name];
    const nested = block.blocks[name];
    const mine = attribute ?? nested;
    if (!mine) {
      differences.push(`${where}${name}: the stand-in does not have it`);
      continue;
    }
    for (const flag of ['forceNew', 'sensitive'] as const)
      expect(`${name} ${flag}`, !!fact[flag], !!(mine as Dynamic)[flag]);
    expect(`${name} default`, fact.default, attribute?.default);
    for (const [told, own] of [
      ['validate', 'check'],
      ['stateFunc', 'stored'],
      ['diffSuppress', 'suppress'],
    ] as const) {
      // A hash of what was configured never comes back, so nothing has to be suppressed; tags are a set that ignores case.
      if (own === 'suppress' && (name === 'user_data' || fact.setHash === 'util.HashStringIgnoreCase')) continue;
      expect(
        `${name} ${told}`,
        !!(fact[told] ?? fact.elem?.[told]),
        !!((mine as Dynamic)[own] ?? (own === 'check' && attribute?.each)),
      );
    }
    for (const [told, own] of [
      ['conflictsWith', 'conflicts'],
      ['requiredWith', 'requiredWith'],
      ['exactlyOneOf', 'exactlyOneOf'],
    ] as const) {
      expect(`${name} ${told}`, !!fact[told], !!mine[own]);
    }
    expect(`${name} deprecated`, !!fact.deprecated, !!mine.deprecated);
    if (attribute) {
      const numbers = ['int', 'float'].includes(fact.type as string);
      expect(
        `${name} type`,
        numbers ? 'number' : fact.type,
        Array.isArray(attribute.type) ? attribute.type[0] : attribute.type,
      );
      for (const flag of ['required', 'optional', 'computed'] as const) {
        // Every resource has an id, which the dump names only where the provider declares it.
        if (name !== 'id') expect(`${name} ${flag}`, !!fact[flag], !!attribute[flag]);
      }
    } else {
      expect(`${name} nesting`, fact.type, nested.nesting);
      expect(`${name} max`, fact.maxItems ?? 0, nested.max ?? 0);
      if (fact.block)
        differences.push(...compare(`${where}${name}.`, fact.block as Record<string, Dynamic>, nested.block));
    }
  }
  return differences;
}

const all = (['digitalocean', 'github'] as const).flatMap((vendor) =>
  (['resources', 'dataSources'] as const).flatMap((kind) =>
    (providers[vendor][kind] as (Resource | DataSource)[]).map((one) => [vendor, kind, one.type, one] as const),
  ),
);

test.each(all)('%s %s %s has a structure and facts that fit together', (_vendor, _kind, _type, one) => {
  // Building the block throws for a fact about something that the bindings lack.
  expect(Object.keys(one.block().attributes)).toContain('id');
});

const withDump = dump ? test : test.skip;
withDump(
  `the facts agree with a dump of the real providers${dump ? '' : ' (skipped: SIMULATOR_PROVIDER_SCHEMAS is not set)'}`,
  () => {
    const told = JSON.parse(readFileSync(dump!, 'utf8')) as Dynamic;
    const differences = all.flatMap(([vendor, kind, type, one]) =>
      compare(`${type}.`, told[vendor][kind][type].attributes, one.block()),
    );
    for (const [vendor, kind, type, one] of all) {
      if (kind === 'dataSources') continue;
      const real = told[vendor].resources[type];
      const mine = one as Resource;
      if ((real.schemaVersion ?? 0) !== (mine.version ?? 0))
        differences.push(`${type}: schema version ${real.schemaVersion}`);
      if (!real.crud.update !== !mine.update) differences.push(`${type}: update in place ${!!real.crud.update}`);
      if (!real.importer !== !mine.importer) differences.push(`${type}: importer ${!!real.importer}`);
    }
    expect(differences).toEqual([]);
  },
);
