import { poll } from '../../lib/poll';
import { type AgentOptions, runAgent } from '../../agent/agent';
import type { Report } from '../../contract/report';
import { renderDesired } from '../../templates/desired';
import { resolved } from '../definition/an-environment';
import { Buckets } from './machine';
import { WillingMachine } from './willing-machine';

export const text = renderDesired(resolved());
export let buckets: Buckets;
export let stop: AbortController;
export let running: Promise<void>;
export let said: string[];
beforeEach(async () => {
  buckets = await new Buckets().start();
  stop = new AbortController();
  said = [];
  await buckets.spaces.put('config', 'desired.yaml', text);
});
afterEach(async () => {
  stop.abort();
  await running;
  await buckets.close();
});

export let machine: WillingMachine;
export const quick = { pull: 5, report: 60_000, converge: 60_000, retry: 60_000 };

export function start(intervals: Partial<AgentOptions['intervals'] & object> = {}, places = buckets.places()): void {
  machine = new WillingMachine();
  running = runAgent(
    {
      settings: buckets.settings,
      digest: 'agent-digest',
      desiredKey: 'desired.yaml',
      converger: machine,
      intervals: { ...quick, ...intervals },
      places,
      log: (line) => said.push(line),
    },
    stop.signal,
  );
}

/** The report once it says what is waited for. */
export const report = (until: (report: Report) => boolean, key = 'machine/report.json'): Promise<Report> =>
  poll(
    async (saw) => {
      const object = await buckets.spaces.get('exchange', key);
      if (!object) return undefined;
      saw(object.bytes.toString());
      const found = JSON.parse(object.bytes.toString()) as Report;
      return until(found) ? found : undefined;
    },
    { timeout: 30_000, interval: 5 },
  );

export const pulls = () => buckets.requests.filter((request) => request.startsWith('GET /config/desired.yaml')).length;
export const reports = () =>
  buckets.requests.filter((request) => request.startsWith('PUT /exchange/machine/report.json')).length;

export async function pullsMore(count: number): Promise<void> {
  const before = pulls();
  await poll(async (saw) => (saw(`${pulls()} pulls`), pulls() >= before + count || undefined), {
    timeout: 30_000,
    interval: 5,
  });
}

/** Ends the agent; another one can be started. */
export async function end(): Promise<void> {
  stop.abort();
  await running;
  stop = new AbortController();
}
