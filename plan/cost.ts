import {
  type BackupPlan,
  databaseNodePrice,
  dropletPrice,
  priceDates,
  spacesSubscription,
  volumePrice,
} from '../definition/prices';
import { visible } from './change';
import { kindOf, type Plan, type ResourceChange } from './plan';
import { withSuccession } from './succession';

/** What one resource costs in a month, before and after. Nothing where there is, or will be, no such resource. */
export interface CostItem {
  readonly address: string;
  /** What the price is for: `s-2vcpu-4gb, weekly backups`. */
  readonly what: string;
  readonly before?: number;
  readonly after?: number;
}

/** USD a month. Everything that costs is in it, also what a plan does not change. */
export interface Cost {
  readonly before: number;
  readonly after: number;
  readonly difference: number;
  /** Only what differs. */
  readonly items: readonly CostItem[];
  /** Addresses that change, or are there, without a price: they are in no sum. */
  readonly unpriced: readonly { readonly address: string; readonly what: string }[];
  /** What is paid once for the whole account, so that no environment can say its share. */
  readonly shared: readonly string[];
  readonly asOf: { readonly droplets: string; readonly others: string };
}

type Side = 'before' | 'after';
type Price =
  { readonly what: string; readonly monthly: number } | { readonly what: string; readonly monthly?: undefined };

/** Types that DigitalOcean, GitHub and Terraform give away. */
const free: ReadonlySet<string> = new Set([
  'digitalocean_database_connection_pool',
  'digitalocean_database_db',
  'digitalocean_database_firewall',
  'digitalocean_database_user',
  'digitalocean_domain',
  'digitalocean_firewall',
  'digitalocean_monitor_alert',
  'digitalocean_project',
  'digitalocean_project_resources',
  'digitalocean_record',
  'digitalocean_reserved_ip_assignment',
  'digitalocean_spaces_bucket_cors_configuration',
  'digitalocean_spaces_bucket_object',
  'digitalocean_spaces_bucket_policy',
  'digitalocean_spaces_key',
  'digitalocean_ssh_key',
  'digitalocean_tag',
  'digitalocean_uptime_alert',
  'digitalocean_volume_attachment',
  'digitalocean_vpc',
  'terraform_data',
]);

const text = (value: unknown): string => (typeof value === 'string' || typeof value === 'number' ? String(value) : '?');

const prices: ReadonlyMap<string, (change: ResourceChange, side: Side) => Price> = new Map(
  Object.entries<(change: ResourceChange, side: Side) => Price>({
    digitalocean_droplet(change, side) {
      const size = text(visible(change, side, 'size'));
      const plan: BackupPlan =
        visible(change, side, 'backups') === true
          ? visible(change, side, 'backup_policy', 0, 'plan') === 'daily'
            ? 'daily'
            : 'weekly'
          : 'off';
      return { what: plan === 'off' ? size : `${size}, ${plan} backups`, monthly: dropletPrice(size, plan) };
    },
    digitalocean_volume(change, side) {
      const size = visible(change, side, 'size');
      return { what: `${text(size)} GiB`, monthly: typeof size === 'number' ? volumePrice(size) : undefined };
    },
    digitalocean_database_cluster(change, side) {
      const [engine, size, nodes] = ['engine', 'size', 'node_count'].map((name) => visible(change, side, name));
      const node = databaseNodePrice(text(engine), text(size));
      return {
        what: `${text(nodes)} × ${text(size)} (${text(engine)})`,
        monthly: node === undefined || typeof nodes !== 'number' ? undefined : node * nodes,
      };
    },
    // free while a machine has it, which is what it is for
    digitalocean_reserved_ip: () => ({ what: 'assigned to a machine', monthly: 0 }),
  }),
);

const isFree = ({ type }: ResourceChange): boolean => free.has(type) || type.startsWith('github_');

/** What a plan does to the monthly bill. */
export function costOf(plan: Plan): Cost {
  let [before, after] = [0, 0];
  const items: CostItem[] = [];
  const unpriced: { address: string; what: string }[] = [];
  let buckets = false;
  for (const change of withSuccession(plan)) {
    if (change.mode !== 'managed' || isFree(change)) continue;
    if (change.type === 'digitalocean_spaces_bucket') {
      buckets = true;
      continue;
    }
    const [was, will] = [priced(change, 'before'), priced(change, 'after')];
    const missing =
      will !== undefined && will.monthly === undefined
        ? will
        : was !== undefined && was.monthly === undefined
          ? was
          : undefined;
    if (missing) {
      unpriced.push({ address: change.address, what: missing.what });
      continue;
    }
    before += was?.monthly ?? 0;
    after += will?.monthly ?? 0;
    if (
      (was?.monthly ?? 0) + (will?.monthly ?? 0) > 0 &&
      (was?.monthly !== will?.monthly || was?.what !== will?.what)
    ) {
      items.push({
        address: change.address,
        what: was && will && was.what !== will.what ? `${was.what} → ${will.what}` : (will ?? was)!.what,
        before: was && cents(was.monthly!),
        after: will && cents(will.monthly!),
      });
    }
  }
  return {
    before: cents(before),
    after: cents(after),
    difference: cents(after - before),
    items,
    unpriced,
    shared: buckets
      ? [`Spaces: ${dollars(spacesSubscription)} a month for the whole account, whatever the number of buckets`]
      : [],
    asOf: { droplets: priceDates.droplets.asOf, others: priceDates.others.asOf },
  };
}

function priced(change: ResourceChange, side: Side): Price | undefined {
  const kind = kindOf(change);
  if (
    side === 'before'
      ? kind === 'create' || change.before === null
      : kind === 'delete' || kind === 'forget' || (change.after === null && kind !== 'create')
  )
    return undefined;
  return prices.get(change.type)?.(change, side) ?? { what: change.type };
}

const cents = (usd: number): number => Math.round(usd * 100) / 100;

/** `$12.00`; whole cents, because nobody is billed less. */
export const dollars = (usd: number): string =>
  `$${Math.abs(usd).toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 })}`;

/** `+$12.00 a month`; nothing when nothing changes. */
export const difference = ({ difference: usd }: Pick<Cost, 'difference'>): string | undefined =>
  usd === 0 ? undefined : `${usd > 0 ? '+' : '−'}${dollars(usd)} a month`;
