import type { Desired, DesiredService } from '../contract/desired';
import type { ServiceReport } from '../contract/report';
import type { Docker, DockerService } from './docker';
import type { Host } from './host';
import type { Releases } from './ledger';
import { prefix } from './render/service-spec';
import { jobReport } from './steps/jobs';

export interface StatusInputs {
  readonly machine: Pick<Host, 'run'>;
  readonly docker: Docker;
  readonly releases: Pick<Releases, 'revisions' | 'running'>;
  /** By service, the image that jobs run. */
  readonly images: Readonly<Record<string, string>>;
}

/** The state of every service, for the report. */
export async function serviceStatus(
  { services }: Desired,
  inputs: StatusInputs,
): Promise<Record<string, ServiceReport>> {
  const running = await inputs.docker.services();
  const entries = Object.entries(services).map(async ([name, service]): Promise<[string, ServiceReport]> => {
    const found = running.find(({ Spec }) => Spec.Name === prefix + name);
    return [name, { ...revisions(name, inputs), ...(await containers(name, service, found, inputs)) }];
  });
  return Object.fromEntries(await Promise.all(entries));
}

/** The revision that runs, and the newest release where that is another. */
function revisions(name: string, { releases }: StatusInputs): Pick<ServiceReport, 'revision' | 'last'> {
  const newest = releases.revisions(name).at(-1);
  const revision = releases.running(name)?.id;
  return {
    revision,
    ...(newest && newest.id !== revision && { last: { revision: newest.id, state: newest.state } }),
  };
}

async function containers(
  name: string,
  { kind, replicas }: DesiredService,
  service: DockerService | undefined,
  { machine, docker, images }: StatusInputs,
): Promise<ServiceReport> {
  if (kind === 'cron') {
    const image = images[name];
    return { image, ...(image !== undefined && { job: await jobReport(machine, name) }) };
  }
  const tasks = service ? await docker.tasks(service.ID) : [];
  return {
    image: service?.Spec.TaskTemplate.ContainerSpec.Image,
    wanted: replicas,
    running: tasks.filter(({ DesiredState, Status }) => DesiredState === 'running' && Status.State === 'running')
      .length,
  };
}
