import { Puller } from './pull';
import { isRenewed } from './renewal';
import { collect, machinePlaces, type Places, type Report } from './report';
import { reportKey } from './report-key';
import type { Settings } from './settings';
import { Spaces } from './spaces';

/** How often the agent looks for something new, and how often it reports when nothing changed, in milliseconds. */
export interface Rhythm {
  readonly pull: number;
  readonly report: number;
}

export const usualRhythm: Rhythm = { pull: 15_000, report: 60_000 };

export interface AgentOptions {
  readonly settings: Settings;
  /** SHA-256 of the bundle that runs. */
  readonly digest: string;
  readonly desiredKey: string;
  readonly rhythm?: Rhythm;
  readonly places?: Places;
  readonly log?: (line: string) => void;
}

/**
 * Pulls what the machine shall be and reports what it is. Whatever fails is said, in the log once and in the report until it is
 * over, and tried again. It ends when it is told to, and when its bucket holds another agent: the unit starts that one.
 */
export async function runAgent({ settings, digest, desiredKey, rhythm = usualRhythm, places = machinePlaces, log = () => undefined }: AgentOptions, signal: AbortSignal): Promise<void> {
  const spaces = new Spaces(settings);
  const puller = new Puller(spaces, settings.configBucket, desiredKey, settings.folder);
  const agent: Report['agent'] = { digest, startedAt: new Date().toISOString() };
  let said: string | undefined;
  let reportedAt = -Infinity;
  const say = (line: string | undefined): void => {
    if (line !== undefined && line !== said) log(line);
    said = line;
  };
  while (!signal.aborted) {
    const pulled = await puller.pull();
    if (pulled.changed) log(`desired state ${pulled.digest!.slice(0, 12)} pulled`);
    const due = pulled.changed || pulled.problem !== said || performance.now() - reportedAt >= rhythm.report;
    say(pulled.problem);
    if (due) {
      try {
        await spaces.put(settings.exchangeBucket, reportKey, `${JSON.stringify(await collect(pulled, agent, places))}\n`, 'application/json');
        reportedAt = performance.now();
        if (await isRenewed(spaces, settings.configBucket, digest)) return log('another agent is in the bucket: making way for it');
      } catch (error) {
        log(`the report could not be written: ${(error as Error).message}`);
      }
    }
    await rest(rhythm.pull, signal);
  }
}

const rest = (milliseconds: number, signal: AbortSignal): Promise<void> => new Promise((resolve) => {
  if (signal.aborted) return resolve();
  const timer = setTimeout(done, milliseconds);
  function done(): void {
    clearTimeout(timer);
    signal.removeEventListener('abort', done);
    resolve();
  }
  signal.addEventListener('abort', done, { once: true });
});
