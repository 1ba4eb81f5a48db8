import { randomBytes } from 'node:crypto';
import { ExplainedError } from '../definition/problem';
import { compareChanges, compareRest, type Difference } from './compare';
import type { Plan } from './plan';
import type { PlanFile } from './plan-file';
import { lockDifferences } from './provider-lock';
import { sealChanges } from './sealed-change';
import type { SealedRecord } from '../contract/sealed-record';
import { hiddenDifferences, isFrame, stackDifferences } from './stack-difference';
import { digestOf } from './stack-json';

/** A plan that lies ready to be sealed, or to be applied. */
export interface Planned {
  readonly environment: string;
  readonly plan: Plan;
  readonly file: PlanFile;
  /** SHA-256 of each file that lies beside the stack, by path. */
  readonly assets: Readonly<Record<string, string>>;
}

export interface Occasion {
  readonly commit: string;
  readonly at: Date;
  readonly by?: string;
}

/** The record of a plan that somebody is about to review. */
export function seal(
  { environment, plan, file, assets }: Planned,
  { commit, at, by }: Occasion,
  salt = randomBytes(32).toString('hex'),
): SealedRecord {
  if (!plan.complete)
    throw new ExplainedError(
      `this plan of ${environment} is only a part: it was made with -target, or leaves something for later. Plan all of it (look for -target in TF_CLI_ARGS and TF_CLI_ARGS_plan)`,
    );
  return {
    version: 2,
    environment,
    commit,
    sealedAt: at.toISOString(),
    ...(by !== undefined && { by }),
    terraform: plan.terraformVersion,
    stack: file.stack as Record<string, unknown>,
    digest: digestOf(file.stack),
    assets: { ...assets },
    providerLock: file.providerLock,
    state: file.state,
    salt,
    changes: sealChanges(plan, salt),
  };
}

/** One attempt to apply what was reviewed; `begun` is one that was killed, or is still at it. */
export interface Use {
  readonly at: string;
  readonly outcome: 'begun' | 'applied' | 'failed';
}

/** What a review says about a fresh plan. */
export type Verdict =
  | {
      readonly verdict: 'same';
      /** In what the synthesized stack is another, though its plan is the same. */ readonly stack: readonly Difference[];
    }
  /** The rest of what was reviewed: an apply of it has failed half-way. */
  | { readonly verdict: 'rest' }
  | { readonly verdict: 'different'; readonly differences: readonly Difference[] }
  /** The review is not about this plan at all; in what they differ is told where that can say something. */
  | { readonly verdict: 'refused'; readonly why: string; readonly differences: readonly Difference[] };

/** Whether a fresh plan is what was reviewed, after what was done with the review before. The rules, and why they are so: docs/seal.md. */
export function judge(
  review: SealedRecord,
  uses: readonly Use[],
  { environment, plan, file, assets }: Planned,
): Verdict {
  const why = whyNot(review, uses, environment, file);
  if (why !== undefined) return { verdict: 'refused', why, differences: [] };
  const fresh = sealChanges(plan, review.salt);
  // the same digest says so at once; another one is named, and judged by what it does
  const stack = review.digest === digestOf(file.stack) ? [] : stackDifferences(review.stack, file.stack);
  const elsewhere = stack.filter(isFrame);
  if (elsewhere.length > 0)
    return {
      verdict: 'refused',
      why: 'the stack keeps its state or uses its providers otherwise than it was reviewed',
      differences: elsewhere,
    };
  const files = fileDifferences(review.assets, assets);
  if (files.length > 0)
    return { verdict: 'refused', why: 'the files beside the stack are not the reviewed ones', differences: files };
  const hidden = hiddenDifferences(stack, fresh);
  const differences = [...compareChanges(review.changes, fresh), ...hidden];
  if (differences.length === 0) return { verdict: 'same', stack };
  if (uses.length === 0) return { verdict: 'different', differences };
  const beyond = [...compareRest(review.changes, fresh), ...hidden];
  return beyond.length === 0 ? { verdict: 'rest' } : { verdict: 'different', differences: beyond };
}

/** A file's path holds a digest of it, of cdktf's making; what counts is the file. */
export function fileDifferences(
  reviewed: Readonly<Record<string, string>>,
  fresh: Readonly<Record<string, string>>,
): Difference[] {
  const byProgram = (assets: Readonly<Record<string, string>>) =>
    new Map(Object.entries(assets).map(([path, digest]) => [path.replace(/\/[0-9A-F]{32}\//, '/'), digest]));
  const [a, b] = [byProgram(reviewed), byProgram(fresh)];
  const short = (digest: string | undefined): string =>
    digest === undefined ? 'nothing' : `SHA-256 ${digest.slice(0, 16)}…`;
  return [...new Set([...a.keys(), ...b.keys()])]
    .sort()
    .filter((path) => a.get(path) !== b.get(path))
    .map((path) => ({ address: path, reviewed: short(a.get(path)), now: short(b.get(path)) }));
}

function whyNot(
  review: SealedRecord,
  uses: readonly Use[],
  environment: string,
  { providerLock, state }: PlanFile,
): string | undefined {
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
