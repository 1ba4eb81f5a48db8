import type { Converger, Inputs } from '../../agent/converge';
import type { Desired } from '../../contract/desired';
import { ConvergingMachine } from './converging-machine';
import type { DockerEngine } from './docker-engine';
import type { FakeHost } from './fake-host';

export let converging: ConvergingMachine;
export let engine: DockerEngine;
export let machine: FakeHost;
export let said: string[];
export let active: Set<string>;
export let broken: Record<string, string>;
beforeEach(async () => {
  converging = await new ConvergingMachine().start();
  ({ engine, host: machine, said, active, broken } = converging);
});
afterEach(() => converging.close());

export const jobFiles = (): string[] =>
  machine.list('/etc/systemd/system').filter((name) => name.startsWith('berth-job-'));

export const converger = () => converging.converger();
export const converge = (wanted?: Desired, inputs?: Partial<Inputs>, by?: Converger) =>
  converging.converge(wanted, inputs, by);
export const names = () => engine.names().sort();
export const everything = ['berth_api', 'berth_cms', 'berth_jobs', 'berth_proxy', 'berth_web'];
export const env = (name: string): string[] => [...engine.service(name).spec.TaskTemplate.ContainerSpec.Env!];
