import type { Plan, ResourceChange } from '../../plan/plan';
import type { PlanFile } from '../../plan/plan-file';
import type { Planned } from '../../plan/seal';
import type { SealedChange } from '../../contract/sealed-record';
import { sealChanges } from '../../plan/sealed-change';

/** One change of a plan, an update unless it says otherwise. */
export function change(address: string, changes: Partial<ResourceChange> = {}): ResourceChange {
  const [type, name] = address.split('.') as [string, string];
  return {
    address,
    type,
    name,
    mode: 'managed',
    actions: ['update'],
    before: null,
    after: null,
    afterUnknown: false,
    beforeSensitive: false,
    afterSensitive: false,
    replacePaths: [],
    ...changes,
  };
}

export const planWith = (changes: readonly ResourceChange[], more: Partial<Plan> = {}): Plan => ({
  formatVersion: '1.2',
  terraformVersion: '1.11.4',
  changes,
  drift: [],
  outputs: {},
  references: new Map(),
  configured: new Map(),
  complete: true,
  ...more,
});

/** The attributes that a stack sets, by address. */
export type Configured = Readonly<Record<string, readonly string[]>>;

export const configuredAs = (attributes: Configured): Plan['configured'] =>
  new Map(Object.entries(attributes).map(([address, names]) => [address, new Set(names)]));

export const sealed = (
  changes: readonly ResourceChange[],
  configured: Configured = {},
  salt = 'salt',
): SealedChange[] => sealChanges(planWith(changes, { configured: configuredAs(configured) }), salt);

/** A plan of staging that lies ready, with the files that come with it. */
export function planned(changes: readonly ResourceChange[], file: Partial<PlanFile> = {}): Planned {
  return {
    environment: 'staging',
    plan: planWith(changes),
    assets: {},
    file: {
      stack: { resource: {} },
      providerLock: { digest: 'lock', providers: { 'registry.terraform.io/digitalocean/digitalocean': '2.71.0' } },
      state: { lineage: 'one', serial: 4 },
      ...file,
    },
  };
}
