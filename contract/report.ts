import * as z from 'zod';

/** The key of the report in the exchange bucket. */
export const reportKey = 'machine/report.json';

/** The key under which a machine without the data volume reports: only the machine that holds the volume speaks for the environment. */
export const waitingKey = 'machine/waiting.json';

/** Seconds without a report after which a machine counts as silent: three reports are missed. */
export const silence = 180;

/** What visitors of one name are shown. */
export const certificateSchema = z.object({
  /** Until when it is good, ISO 8601. */
  until: z.iso.datetime().optional(),
  /** Why there is none, as far as it can be told; only said after the proxy has had a minute to get one. */
  problem: z.string().max(5_000).optional(),
});
export type CertificateReport = Readonly<z.infer<typeof certificateSchema>>;

/** What is longer is cut: it is for people to read. */
const text = z.string().transform((line) => line.slice(0, 5_000));
const short = z.string().max(200);
/** ISO 8601. */
const time = z.iso.datetime({ offset: true });

/** MiB */
const spaceSchema = z.object({ total: z.number(), free: z.number() });

export const convergeSchema = z.object({
  /** Of the desired state that it was about. */
  digest: short,
  /** The deploy that asked for it last. */
  attempt: short.optional(),
  state: z.enum(['converging', 'converged', 'failed']),
  /** Each with where; the last lines of a container that failed among them. */
  problems: z.array(text),
  at: time,
  seconds: z.number(),
});

const serviceSchema = z.object({
  /** What runs, by digest; nothing before the first release. */
  image: z.string().max(500).optional(),
  revision: short.optional(),
  /** Containers that run and are healthy, and how many there shall be. */
  running: z.number().optional(),
  wanted: z.number().optional(),
  /** Of a cron service: how its last run ended, and when it runs next; without `next` it is not scheduled. */
  job: z
    .object({
      last: short.optional(),
      exitCode: z.number().optional(),
      endedAt: time.optional(),
      next: time.optional(),
    })
    .optional(),
  /** The newest release, when it is not the one that runs. */
  last: z.object({ revision: short, state: short }).optional(),
});

export const machineSchema = z.object({
  /** Born with it (machine-id(5)): another machine has another, whatever its name. */
  id: short,
  /** The environment's `platform.generation` when it was made. */
  generation: z.number(),
  uptimeSeconds: z.number(),
  load: z.number(),
  /** MiB */
  memory: z.object({ total: z.number(), available: z.number() }),
  disk: spaceSchema,
  /** `undefined` when the volume is not mounted. */
  volume: spaceSchema.optional(),
  kernel: short,
  docker: short.optional(),
  /** `active` once the machine is a swarm of its own. */
  swarm: short.optional(),
  rebootPending: z.boolean(),
});

/** What a machine tells about itself. Kept small: it is written every minute. Whoever may write the exchange bucket can write one too. */
export const reportSchema = z.object({
  version: z.literal(1),
  /** When it was written. Older than three minutes: the agent does not run, or cannot reach the bucket. */
  at: time,
  hostname: short,
  agent: z.object({ digest: short, startedAt: time }),
  desired: z.object({ digest: short.optional(), problem: text.optional() }),
  /** How bringing the machine to what is desired went last; nothing before the first time. */
  converge: convergeSchema.optional(),
  /** What secrets of this environment are sealed to (age), for people to compare; nothing while the volume is missing. */
  recipient: short.optional(),
  services: z.record(z.string().max(100), serviceSchema).optional(),
  /** By name that visitors come by; nothing before the machine has converged. */
  certificates: z.record(z.string().max(300), certificateSchema).optional(),
  /** How far the journal is in the bucket, and what keeps it from getting there. */
  logs: z.object({ problem: text.optional(), shippedTo: short.optional() }).optional(),
  machine: machineSchema,
});

/** The report that a text holds; nothing when it is none. */
export function readReport(text: string): Report | undefined {
  try {
    return reportSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

export type Report = Readonly<z.infer<typeof reportSchema>>;
export type ConvergeReport = Readonly<z.infer<typeof convergeSchema>>;
export type ServiceReport = Readonly<z.infer<typeof serviceSchema>>;
export type Space = Readonly<z.infer<typeof spaceSchema>>;
