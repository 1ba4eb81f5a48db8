/** How far giving the volume away has got. */
export type HandoverState = 'none' | 'requested' | 'stopping' | 'released' | 'answered';

/** What the agent sees each time it looks. */
export interface Observed {
  readonly handover: HandoverState;
  /** The data volume is mounted. */
  readonly mounted: boolean;
  /** The data volume is attached to the droplet, mounted or not. */
  readonly attached: boolean;
  /** There is something to converge to, and a reason to do it now. */
  readonly due: boolean;
}

/**
 * - `waiting for the volume`: another machine has it. Images are fetched meanwhile, and nothing that writes data is started.
 * - `converging`: the machine is brought to what is desired.
 * - `steady`: nothing is to be done.
 * - `handing over`: services are being stopped, and the volume is released, for the machine that replaces this one.
 * - `handed over`: the volume can be detached. After a restart the machine would take its work up again, if it still had the volume.
 */
export type Phase = 'waiting for the volume' | 'converging' | 'steady' | 'handing over' | 'handed over';

export function nextPhase({ handover, mounted, attached, due }: Observed): Phase {
  if (handover === 'answered') return 'handed over';
  if (handover !== 'none') return 'handing over';
  if (!mounted && !attached) return 'waiting for the volume';
  return due ? 'converging' : 'steady';
}

/** Why the machine is to be converged, or may be. */
export interface Reasons {
  /** There is a new desired state. */
  readonly changed: boolean;
  /** A deploy waits for an answer. */
  readonly asked: boolean;
  /** The volume was attached since the last look, and is not mounted. */
  readonly arrived: boolean;
  /** The last converge had problems. */
  readonly failed: boolean;
  /** Milliseconds since the last converge. */
  readonly idle: number;
}

export const isDue = (
  { changed, asked, arrived, failed, idle }: Reasons,
  { retry, converge }: { readonly retry: number; readonly converge: number },
): boolean => changed || asked || arrived || idle >= (failed ? retry : converge);
