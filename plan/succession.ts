import { generationOf, ids, parseAddress } from '../definition/addresses';
import { kindOf, type Plan, type ResourceChange } from './plan';

/** Which of the environment's machines an address is; nothing for any other droplet. */
function generationIn(address: string): number | undefined {
  const { type, name } = parseAddress(address) ?? {};
  return type === 'digitalocean_droplet' ? generationOf(name!, ids.machine) : undefined;
}

const known = new WeakMap<Plan, ResourceChange | undefined>();

/**
 * A machine that goes and the one that comes, or has come already, in its place, as one replacement: for people there is one
 * machine. It has the address of the one that comes, and the other's as `previousAddress`.
 */
export function successionOf(plan: Plan): ResourceChange | undefined {
  if (!known.has(plan)) known.set(plan, findSuccession(plan));
  return known.get(plan);
}

function findSuccession({ changes }: Plan): ResourceChange | undefined {
  const machines = changes.filter(
    ({ address, deposed }) => deposed === undefined && generationIn(address) !== undefined,
  );
  const gone = machines.find((change) => kindOf(change) === 'delete');
  const come = machines.find((change) => ['create', 'no-op', 'update'].includes(kindOf(change)));
  return (
    gone &&
    come && {
      ...come,
      previousAddress: gone.address,
      actions: ['create', 'delete'],
      before: gone.before,
      beforeSensitive: gone.beforeSensitive,
    }
  );
}

/** The changes, with a succession as the one replacement that it is. */
export function withSuccession(plan: Plan): readonly ResourceChange[] {
  const succession = successionOf(plan);
  if (!succession) return plan.changes;
  return plan.changes
    .filter(({ address }) => address !== succession.previousAddress)
    .map((change) => (change.address === succession.address ? succession : change));
}

/** From which generation to which; nothing for a machine that keeps its own. */
export function generationsOf({
  address,
  previousAddress,
}: ResourceChange): readonly [from: number, to: number] | undefined {
  const [from, to] = [previousAddress, address].map((each) => (each === undefined ? undefined : generationIn(each)));
  return from === undefined || to === undefined ? undefined : [from, to];
}

/**
 * Whether Terraform makes the next machine while the former one serves. What the new one stands on, and is changed by the same
 * apply, is changed only after the former one has stopped, and the new one waits for it.
 */
export function boots(plan: Plan, { address }: ResourceChange): 'beside' | 'after' {
  const changing = new Set(
    plan.changes.filter((change) => ['update', 'replace'].includes(kindOf(change))).map((change) => change.address),
  );
  const seen = new Set<string>();
  const standsOn = (one: string): boolean =>
    (plan.references.get(one) ?? []).some((each) => {
      if (seen.has(each)) return false;
      seen.add(each);
      return changing.has(each) || standsOn(each);
    });
  return standsOn(address) ? 'after' : 'beside';
}
