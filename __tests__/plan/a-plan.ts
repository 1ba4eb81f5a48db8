import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Plan, readPlan } from '../../plan/plan';

const folder = join(__dirname, 'plans');

/** What real Terraform 1.11 planned for `environments/staging` (`managed`: `production`), cut to what a review reads; its secrets are canaries. */
export const realPlans = [
  'new',
  'generation',
  'memory',
  'resize',
  'bucket-renamed',
  'region',
  'destroyed',
  'drift',
  'managed',
] as const;
export type RealPlan = (typeof realPlans)[number];

export const planText = (name: RealPlan): string => readFileSync(join(folder, `${name}.json`), 'utf8');
export const realPlan = (name: RealPlan): Plan => readPlan(planText(name), name);

/** One entry of `resource_changes`, in Terraform's own words; what is left out is what Terraform says of an update in place. */
export interface Entry {
  readonly address: string;
  readonly actions?: readonly string[];
  readonly before?: unknown;
  readonly after?: unknown;
  readonly unknown?: unknown;
  readonly beforeSensitive?: unknown;
  readonly afterSensitive?: unknown;
  readonly replacePaths?: readonly unknown[];
  readonly previousAddress?: string;
  readonly deposed?: string;
}

export const entry = ({
  address,
  actions = ['update'],
  before = null,
  after = null,
  unknown = {},
  beforeSensitive = {},
  afterSensitive = {},
  replacePaths,
  previousAddress,
  deposed,
}: Entry): object => ({
  address,
  mode: address.startsWith('data.') ? 'data' : 'managed',
  type: address.split('.')[0],
  name: address.split('.')[1] ?? '',
  provider_name: 'registry.terraform.io/acme/acme',
  ...(previousAddress === undefined ? {} : { previous_address: previousAddress }),
  ...(deposed === undefined ? {} : { deposed }),
  change: {
    actions,
    before,
    after,
    after_unknown: unknown,
    before_sensitive: beforeSensitive,
    after_sensitive: afterSensitive,
    ...(replacePaths ? { replace_paths: replacePaths } : {}),
  },
});

export const planJson = (entries: readonly Entry[], more: object = {}): string =>
  JSON.stringify({ format_version: '1.2', terraform_version: '1.11.4', resource_changes: entries.map(entry), ...more });

/** A plan of these changes, read as any other. */
export const aPlan = (entries: readonly Entry[], more: object = {}): Plan =>
  readPlan(planJson(entries, more), 'a plan');
