import * as z from 'zod';

/**
 * A release is asked for with one object in the exchange bucket and answered in one: `releases/SERVICE/REVISION.json` is the wish, written
 * once and by whoever may write there; the ledger is the machine's own account of all of them. Whoever holds CI's key writes there too,
 * so both are read by a schema, and every text in them has a limit.
 */
const revisionId = z.string().regex(/^[\w-]{1,40}$/);
/** As `newRevision` makes them: nothing else is asked for. */
const newId = z.string().regex(/^\d{8}T\d{9}Z-[0-9a-f]{4}$/);
const serviceName = z
  .string()
  .regex(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/)
  .max(30);

const requestSchema = z.object({
  /** `repository@sha256:…`: what runs is what was built. */
  image: z.string().max(500),
  /** Who asked, for people to read. */
  by: z.string().max(100).optional(),
  /** The revision that this goes back to. */
  rollbackTo: revisionId.optional(),
});

const revisionSchema = requestSchema.extend({
  service: serviceName,
  /** Its key's last part: when it was asked for, so that revisions sort by time. */
  id: revisionId,
  state: z.enum(['rolling out', 'healthy', 'rolled back', 'failed', 'refused']),
  startedAt: z.string().max(40),
  endedAt: z.string().max(40).optional(),
  /** What happened, for people to read; of a failed one also what the container said. */
  lines: z.array(z.string().transform((line) => line.slice(0, 5_000))).max(1_000),
});

const ledgerSchema = z.object({
  version: z.literal(1),
  services: z.record(z.string(), z.object({ running: z.string().optional(), revisions: z.array(z.unknown()) })),
});

export type ReleaseRequest = Readonly<z.infer<typeof requestSchema>> & { readonly service: string };
export type Revision = Readonly<z.infer<typeof revisionSchema>>;

export interface ServiceRevisions {
  /** The newest healthy one: what runs, and what a machine that follows will run. */
  readonly running?: string;
  /** Oldest first. */
  readonly revisions: readonly Revision[];
}

export interface Ledger {
  readonly version: 1;
  readonly services: Readonly<Record<string, ServiceRevisions>>;
}

export const ledgerKey = 'machine/releases.json';
export const requestPrefix = 'releases/';
export const requestKey = (service: string, revision: string): string => `${requestPrefix}${service}/${revision}.json`;

/** What a key of the exchange bucket asks for; nothing for any other object. */
export function requestOf(key: string): { readonly service: string; readonly id: string } | undefined {
  const [, service, id] = /^releases\/([^/]+)\/([^/]+)\.json$/.exec(key) ?? [];
  return serviceName.safeParse(service).success && newId.safeParse(id).success
    ? { service: service!, id: id! }
    : undefined;
}

/** What the object of a request says. One that cannot be read names no image, and is refused for that. */
export function readRequest(text: string): Omit<ReleaseRequest, 'service'> {
  return requestSchema.safeParse(parsed(text)).data ?? { image: text.slice(0, 80) };
}

/** The ledger that a text holds, without the revisions that are not whole; nothing when it is no ledger. */
export function readLedger(text: string): Ledger | undefined {
  const { data } = ledgerSchema.safeParse(parsed(text));
  if (data === undefined) return undefined;
  const services = Object.entries(data.services)
    .filter(([name]) => serviceName.safeParse(name).success)
    .map(([name, { running, revisions }]) => {
      const whole = revisions
        .flatMap((each) => revisionSchema.safeParse(each).data ?? [])
        .filter(({ service }) => service === name);
      return [
        name,
        { ...(whole.some(({ id, state }) => id === running && state === 'healthy') && { running }), revisions: whole },
      ] as const;
    });
  return { version: 1, services: byName(services) };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** An object that has these names and no others: a service may be called as something that every object has. */
export const byName = <T>(entries: Iterable<readonly [string, T]>): Record<string, T> =>
  Object.assign(Object.create(null) as Record<string, T>, Object.fromEntries(entries));

/** `20261121T122853123Z-4f2a`: sorts by time, and two within one millisecond differ. */
export const newRevision = (now: Date, random: string): string =>
  `${now.toISOString().replace(/[-:.]/g, '')}-${random}`;

export const imageReference = /^([a-z0-9.-]+(?::\d+)?(?:\/[a-z0-9._-]+)+)@(sha256:[0-9a-f]{64})$/;

/** Why this image may not be released for a service of that repository, if it may not. */
export function whyNotImage(image: string, repository: string): string | undefined {
  const match = imageReference.exec(image);
  if (!match)
    return `"${image}" must be pinned by digest: ${repository}@sha256:… (64 hexadecimal digits), so that what runs is what was built`;
  if (match[1] !== repository)
    return `images come from ${repository} only, as the environment's file declares; this one is from ${match[1]}`;
  return undefined;
}

/** Why nothing is done for a request, if nothing is. */
export const whyRefused = (
  { service, image }: ReleaseRequest,
  services: Readonly<Record<string, { readonly image: string }>>,
): string | undefined =>
  Object.hasOwn(services, service)
    ? whyNotImage(image, services[service]!.image)
    : `${service} is no service of this environment`;
