/**
 * A release is asked for with one object in the exchange bucket and answered in one: `releases/SERVICE/REVISION.json` is the wish, written
 * once and by whoever may write there; the ledger is the machine's own account of all of them.
 */
export interface ReleaseRequest {
  readonly service: string;
  /** `repository@sha256:…`: what runs is what was built. */
  readonly image: string;
  /** Who asked, for people to read. */
  readonly by?: string;
  /** The revision that this goes back to. */
  readonly rollbackTo?: string;
}

export interface Revision extends ReleaseRequest {
  /** Its key's last part: when it was asked for, so that revisions sort by time. */
  readonly id: string;
  readonly state: 'rolling out' | 'healthy' | 'rolled back' | 'failed' | 'refused';
  readonly startedAt: string;
  readonly endedAt?: string;
  /** What happened, for people to read; of a failed one also what the container said. */
  readonly lines: readonly string[];
}

export interface Ledger {
  readonly version: 1;
  readonly services: Readonly<Record<string, {
    /** The newest healthy one: what runs, and what a machine that follows will run. */
    readonly running?: string;
    /** Oldest first; the last fifty. */
    readonly revisions: readonly Revision[];
  }>>;
}

export const ledgerKey = 'machine/releases.json';
export const requestPrefix = 'releases/';
export const requestKey = (service: string, revision: string): string => `${requestPrefix}${service}/${revision}.json`;

/** `20261121T122853123Z-4f2a`: sorts by time, and two within one millisecond differ. */
export const newRevision = (now: Date, random: string): string => `${now.toISOString().replace(/[-:.]/g, '')}-${random}`;

export const imageReference = /^([a-z0-9.-]+(?::\d+)?(?:\/[a-z0-9._-]+)+)@(sha256:[0-9a-f]{64})$/;

/** Why this image may not be released for a service of that repository, if it may not. */
export function whyNotImage(image: string, repository: string): string | undefined {
  const match = imageReference.exec(image);
  if (!match) return `"${image}" is no image by digest: give it as ${repository}@sha256:… (64 hexadecimal digits), so that what runs is what was built`;
  if (match[1] !== repository) return `images come from ${repository} only, as the environment's file declares; this one is from ${match[1]}`;
  return undefined;
}
