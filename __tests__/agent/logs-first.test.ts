import { setTimeout as sleep } from 'node:timers/promises';
import { runAgent } from '../../agent/agent';
import { renderDesired } from '../../templates/desired';
import { resolved } from '../definition/an-environment';
import { Buckets } from './machine';
import { WillingMachine } from './willing-machine';

/** An agent whose converge takes its time, until its logs are shipped; in which order both have happened. */
async function order(takes: number, report: number): Promise<string[]> {
  const buckets = await new Buckets().start();
  const stop = new AbortController();
  const happened: string[] = [];
  await buckets.spaces.put('config', 'desired.yaml', renderDesired(resolved()));
  const machine = new WillingMachine();
  const converge = machine.converge.bind(machine);
  machine.converge = async (...given) => {
    await sleep(takes, undefined, { signal: stop.signal }).catch(() => undefined);
    happened.push('converged');
    return converge(...given);
  };
  const shipped = new Promise<void>((resolve) => {
    const logs = {
      run: () => Promise.resolve(happened.push('ships')).then(() => resolve()),
      problem: undefined,
      shippedTo: undefined,
    };
    void runAgent(
      {
        settings: buckets.settings,
        digest: 'agent',
        desiredKey: 'desired.yaml',
        converger: machine,
        logs,
        intervals: { pull: 5, report, converge: 60_000, retry: 60_000 },
        places: buckets.places(),
      },
      stop.signal,
    );
  });
  await shipped;
  const seen = [...happened];
  stop.abort();
  await sleep(20);
  await buckets.close();
  return seen;
}

test('logs go out once it is known what must not be in them: after the first converge', async () => {
  expect(await order(50, 60_000)).toEqual(['converged', 'ships']);
});

test('a converge that takes long holds up no logs: that is when somebody wants to read them', async () => {
  expect(await order(30_000, 20)).toEqual(['ships']);
});
