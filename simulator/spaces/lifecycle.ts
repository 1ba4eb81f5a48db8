import { z } from 'zod';
import { S3Error } from './error';
import { parseXml } from './xml';

const days = z.string().regex(/^[1-9]\d{0,5}$/, 'must be a number of days from 1');

const filter = z.object({ Prefix: z.string().optional(), Tag: z.unknown().optional(), And: z.unknown().optional() });

/** https://docs.digitalocean.com/products/spaces/reference/s3-compatibility/: expiry by time, and of begun uploads. */
const rule = z.object({
  ID: z.string().max(255).optional(),
  Status: z.enum(['Enabled', 'Disabled']),
  Prefix: z.string().optional(),
  Filter: z.union([z.literal(''), filter]).optional(),
  Expiration: z
    .object({
      Days: days.optional(),
      Date: z.iso.datetime({ offset: true }).or(z.iso.date()).optional(),
      ExpiredObjectDeleteMarker: z.enum(['true', 'false']).optional(),
    })
    .optional(),
  NoncurrentVersionExpiration: z.object({ NoncurrentDays: days }).optional(),
  AbortIncompleteMultipartUpload: z.object({ DaysAfterInitiation: days }).optional(),
  Transition: z.unknown().optional(),
  NoncurrentVersionTransition: z.unknown().optional(),
});

const configuration = z.object({ Rule: z.array(rule).min(1).max(1000) });

/** Checks a lifecycle configuration as Spaces does; the simulator keeps it and expires nothing. */
export function parseLifecycle(text: string): z.infer<typeof configuration> {
  const parsed = parseXml(text, 'LifecycleConfiguration', configuration);
  const ids = new Set<string>();
  for (const {
    ID,
    Filter,
    Expiration,
    NoncurrentVersionExpiration,
    AbortIncompleteMultipartUpload,
    ...rest
  } of parsed.Rule) {
    const name = ID ? `Rule "${ID}"` : 'A rule without an ID';
    if (ID && ids.has(ID)) throw new S3Error('InvalidArgument', `${name} is there twice: rule IDs must differ.`);
    if (ID) ids.add(ID);
    if (typeof Filter === 'object' && (Filter.Tag !== undefined || Filter.And !== undefined)) {
      throw new S3Error('NotImplemented', `${name} filters by tags: Spaces filters by one prefix only.`);
    }
    if (rest.Transition !== undefined || rest.NoncurrentVersionTransition !== undefined) {
      throw new S3Error('NotImplemented', `${name} has a transition: Spaces has one storage class only.`);
    }
    if (!Expiration && !NoncurrentVersionExpiration && !AbortIncompleteMultipartUpload) {
      throw new S3Error(
        'MalformedXML',
        `${name} does nothing: give it an expiration or the abortion of incomplete uploads.`,
      );
    }
  }
  return parsed;
}
