import * as z from 'zod';

/**
 * How one machine follows another. Before the volume is detached, whoever deploys asks for it, in the config bucket, where nobody else's key writes; the machine that holds the volume stops
 * what writes to it, unmounts it, and answers. A machine without the volume fetches what it will run, and waits.
 */
export const handoverKey = 'machine/handover.json';
export const handedOverKey = 'machine/handed-over.json';

/** What a machine says that has all it needs but the volume. */
export const waitsForVolume = 'volume: it is not attached: nothing that writes data is started';

export const handoverSchema = z.object({
  id: z.string().max(100),
  /** Whom it is meant for: the machine's own id, as its reports tell it. */
  machine: z.string().max(100),
});
export type Handover = Readonly<z.infer<typeof handoverSchema>>;

/** Seconds that a handover takes at most on the machine: longer than any service's grace to stop. */
export const handoverTimeout = 180;
