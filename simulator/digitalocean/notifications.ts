import { z } from 'zod';
import { listOf } from './http';

const slack = z.object({ channel: z.string(), url: z.string() });

/** Who is told. Providers send null for the half that is not used; answers have both lists. */
export const notifications = z
  .object({
    email: listOf(z.string().regex(/^[^\s@]+@[^\s@]+$/, 'email must be a verified address of the team')),
    slack: listOf(slack),
  })
  .refine(
    ({ email, slack: channels }) => email.length + channels.length > 0,
    'at least one email or slack notification is required',
  );
