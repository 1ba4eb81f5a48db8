import * as z from 'zod';

/**
 * Where a deploy leaves its id in the config bucket before it waits: nobody else's key writes there. The machine answers in its report with the same id: so an
 * answer is never one to an earlier question, and what failed before is tried again when somebody deploys again.
 */
export const attemptKey = 'machine/attempt.json';

export const attemptSchema = z.object({ id: z.string().max(100) });
export type Attempt = Readonly<z.infer<typeof attemptSchema>>;
