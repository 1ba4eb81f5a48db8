import { attributeChanges, type AttributeChange, isChange } from './change';
import type { Consequence } from './consequence';
import { consequencesOf } from './consequences';
import { kindOf, type Plan, type ResourceChange } from './plan';

/** A resource that is not as Terraform has left it. */
export interface Drifted {
  readonly address: string;
  readonly how: 'changed' | 'destroyed';
  /** Masked as Terraform masks them; `before` is how it was left, `after` how it is. */
  readonly attributes: readonly AttributeChange[];
  /** Whether the next deploy takes it back; else it is taken over as it is. */
  readonly takenBack: boolean;
}

/** What became of an environment since its last deploy. */
export interface Drift {
  readonly environment: string;
  /** Nothing of it is there yet: it has no state, or an empty one. */
  readonly neverDeployed: boolean;
  readonly drifted: readonly Drifted[];
  /** What the next deploy does about it, in words. */
  readonly consequences: readonly Consequence[];
  /** Addresses that the next deploy changes because files have changed: merged and not deployed, which is no drift. */
  readonly undeployed: readonly string[];
}

/** Tells what somebody changed behind Terraform's back from what was merged and not deployed yet. */
export function driftOf(plan: Plan, environment: string): Drift {
  const byAddress = new Map(
    plan.changes.filter(({ mode }) => mode === 'managed').map((change) => [change.address, change]),
  );
  const drifted = plan.drift
    .filter(({ mode }) => mode === 'managed')
    .flatMap((drift) => driftedOf(drift, byAddress.get(drift.address), plan.configured.get(drift.address)));
  const changes = plan.changes.filter((change) => change.mode === 'managed' && isChange(change));
  const explained = explainedBy(drifted, plan.drift, changes, plan.references);
  const undeployed = changes.filter(({ address }) => !explained.has(address)).map(({ address }) => address);
  const leftOut = new Set(undeployed.filter((address) => !drifted.some((one) => one.address === address)));
  return {
    environment,
    drifted,
    undeployed,
    neverDeployed:
      plan.changes.length > 0 &&
      plan.changes.every(({ mode, before }) => mode === 'data' || before === null) &&
      plan.drift.length === 0,
    consequences:
      drifted.length === 0
        ? []
        : consequencesOf({
            ...plan,
            changes: plan.changes.map((change) => (leftOut.has(change.address) ? asItIs(change) : change)),
          }),
  };
}

/**
 * What only the provider computes (when it was last seen, what is attached to it) is no drift: no file says how it should be. Nor is anything
 * of what the files name no more, which goes: a former generation's machine.
 */
function driftedOf(
  drift: ResourceChange,
  planned: ResourceChange | undefined,
  configured: ReadonlySet<string> | undefined,
): Drifted[] {
  const takenBack = planned !== undefined && isChange(planned);
  const { address } = drift;
  if (kindOf(drift) === 'delete') return [{ address, how: 'destroyed', attributes: [], takenBack }];
  const attributes = attributeChanges(drift).filter(({ path }) => configured?.has(topOf(path)) ?? false);
  return attributes.length === 0 ? [] : [{ address, how: 'changed', attributes, takenBack }];
}

/**
 * The changes that undo a drift, and those that follow from them: an address of a machine that has to be made anew. What else
 * a file says differently from what is there was merged and not deployed.
 */
function explainedBy(
  drifted: readonly Drifted[],
  drifts: readonly ResourceChange[],
  changes: readonly ResourceChange[],
  references: Plan['references'],
): ReadonlySet<string> {
  const told = new Map(drifted.map((one) => [one.address, one]));
  const explained = new Set(
    changes
      .filter((change) => {
        const one = told.get(change.address);
        if (one === undefined) return false;
        if (one.how === 'destroyed') return kindOf(change) === 'create';
        const touched = new Set(
          drifts
            .filter(({ address }) => address === change.address)
            .flatMap((drift) => attributeChanges(drift).map(({ path }) => topOf(path))),
        );
        return known(change).every((attribute) => touched.has(attribute));
      })
      .map(({ address }) => address),
  );
  for (let before = -1; before !== explained.size;) {
    before = explained.size;
    for (const change of changes) {
      const follows =
        (references.get(change.address) ?? []).some((address) => explained.has(address)) && known(change).length === 0;
      if (follows) explained.add(change.address);
    }
  }
  return explained;
}

/** Attributes whose new value the files say already; the others follow from what has to be made first. */
const known = (change: ResourceChange): string[] =>
  kindOf(change) === 'create' || kindOf(change) === 'delete'
    ? [kindOf(change)]
    : attributeChanges(change)
        .filter(({ after }) => after !== '(known after apply)')
        .map(({ path }) => topOf(path));

const topOf = (path: string): string => /^[^.[]+/.exec(path)![0];

const asItIs = (change: ResourceChange): ResourceChange => ({
  ...change,
  actions: ['no-op'],
  after: change.before,
  afterUnknown: false,
  replacePaths: [],
});
