import { randomBytes } from 'node:crypto';
import { compareChanges, compareRest, type Difference } from './compare';
import type { Plan } from './plan';
import type { PlanFile } from './plan-file';
import { lockDifferences } from './provider-lock';
import { sealChanges } from './sealed-change';
import type { SealedRecord } from './sealed-record';

/** A plan that lies ready to be sealed, or to be applied. */
export interface Planned {
  readonly environment: string;
  readonly plan: Plan;
  readonly file: PlanFile;
}

export interface Occasion {
  readonly commit: string;
  readonly at: Date;
  readonly by?: string;
}

/** The record of a plan that somebody is about to review. */
export function seal({ environment, plan, file }: Planned, { commit, at, by }: Occasion, salt = randomBytes(32).toString('hex')): SealedRecord {
  return {
    version: 1, environment, commit, sealedAt: at.toISOString(), ...(by !== undefined && { by }),
    terraform: plan.terraformVersion, stack: file.stackDigest, providerLock: file.providerLock, state: file.state,
    salt, changes: sealChanges(plan, salt),
  };
}

/** One attempt to apply what was reviewed; `begun` is one that was killed, or is still at it. */
export interface Use {
  readonly at: string;
  readonly outcome: 'begun' | 'applied' | 'failed';
}

/** What a review says about a fresh plan. */
export type Verdict =
  | { readonly verdict: 'same' }
  /** The rest of what was reviewed: an apply of it has failed half-way. */
  | { readonly verdict: 'rest' }
  | { readonly verdict: 'different'; readonly differences: readonly Difference[] }
  /** The review is not about this plan at all; in what they differ is told where that can say something. */
  | { readonly verdict: 'refused'; readonly why: string; readonly differences: readonly Difference[] };

/** Whether a fresh plan is what was reviewed, after what was done with the review before. The rules, and why they are so: docs/seal.md. */
export function judge(review: SealedRecord, uses: readonly Use[], { environment, plan, file }: Planned): Verdict {
  const why = whyNot(review, uses, environment, file);
  if (why !== undefined) return { verdict: 'refused', why, differences: [] };
  const fresh = sealChanges(plan, review.salt);
  const differences = compareChanges(review.changes, fresh);
  if (review.stack !== file.stackDigest) {
    return { verdict: 'refused', why: `the stack is not the one that was reviewed: something else was merged that changes ${environment}, or this is another commit's checkout`, differences };
  }
  if (differences.length === 0) return { verdict: 'same' };
  if (uses.length === 0) return { verdict: 'different', differences };
  const beyond = compareRest(review.changes, fresh);
  return beyond.length === 0 ? { verdict: 'rest' } : { verdict: 'different', differences: beyond };
}

function whyNot(review: SealedRecord, uses: readonly Use[], environment: string, { providerLock, state }: PlanFile): string | undefined {
  if (review.environment !== environment) return `the review is of ${review.environment}, not of ${environment}`;
  const used = uses.find(({ outcome }) => outcome === 'applied');
  if (used) return `the review was used up: what it shows was applied at ${used.at}. A review holds for one deploy`;
  if (review.providerLock.digest !== providerLock.digest) {
    const versions = lockDifferences(review.providerLock.providers, providerLock.providers);
    return `the providers are pinned otherwise than they were for the review: ${versions.length > 0 ? versions.join(', ') : 'the same versions with other checksums (`npm run providers:lock` keeps those of every platform)'}`;
  }
  // whoever reviewed a plan without a state has seen everything made: another state shows in the changes themselves
  if (review.state.lineage !== '' && review.state.lineage !== state.lineage) {
    return `the state is another one: the review was made upon lineage ${review.state.lineage}, this is ${state.lineage === '' ? 'no state at all' : `lineage ${state.lineage}`}. Was it moved, restored or deleted?`;
  }
  return undefined;
}
