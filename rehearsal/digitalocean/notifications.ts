import { z } from 'zod';

const slack = z.object({ channel: z.string(), url: z.string() });

/** Who is told. Providers send null for the half that is not used; answers have both lists. */
export const notifications = z
  .object({
    email: z
      .array(z.string().regex(/^[^\s@]+@[^\s@]+$/, 'email must be a verified address of the team'))
      .nullish()
      .transform((list) => list ?? []),
    slack: z
      .array(slack)
      .nullish()
      .transform((list) => list ?? []),
  })
  .refine(
    ({ email, slack: channels }) => email.length + channels.length > 0,
    'at least one email or slack notification is required',
  );
