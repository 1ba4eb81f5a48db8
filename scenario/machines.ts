import type { Cloud } from './cloud';
import { machineId } from './state';
import { check, type Step } from './step';
import type { Workspace } from './workspace';

const site = 'https://staging.acme.example';

/** The steps that need machines, for a cloud that boots them. */
export class MachineSteps {
  constructor(
    private readonly workspace: Workspace,
    private readonly cloud: Cloud,
  ) {}

  boot(): Step {
    return this.booted('boot both machines', async () => {
      const machine = this.cloud.fleet!.machine(machineId(await this.workspace.state('staging')))!;
      await machine.run(['sh', '-c', 'echo precious > /mnt/data/rehearsed']);
      await this.untilHealthy('staging');
    });
  }

  bootReplacement(): Step {
    return this.booted('boot the replaced machine', async () => {
      const machine = this.cloud.fleet!.machine(machineId(await this.workspace.state('staging')))!;
      const { stdout } = await machine.run(['cat', '/mnt/data/rehearsed']);
      check(stdout === 'precious\n', 'what was on the volume is not there any more');
      check((await this.visit('/')).endsWith(' v1'), 'the new machine does not serve what the old one did');
      await this.untilHealthy('staging');
    });
  }

  setSecret(): Step {
    return {
      title: 'hand a secret to a service',
      run: async (say) => {
        const { code, output } = await this.workspace.tryBerth(
          ['secret', 'set', 'staging', 'SMTP_URL'],
          'smtp://rehearsal:not-a-secret@mail.acme.example\n',
        );
        check(code === 0, output);
        await this.workspace.cdktf(['deploy', 'staging', '--auto-approve'], say);
        return { summary: "SMTP_URL, sealed to the machine's own key", resources: 1 };
      },
    };
  }

  release(): Step {
    return {
      title: 'release the services',
      run: async (say) => {
        const services = { web: 'web', api: 'api', worker: 'worker', cms: 'cms', report: 'api' };
        await Promise.all(
          Object.entries(services).map(async ([service, repository]) =>
            this.workspace.berth(['release', 'staging', service, await this.image(repository, 'v1')], say),
          ),
        );
        await this.visit('/');
        await this.visit('/api/visits');
        return {
          summary: 'web, api, worker, cms, report: healthy; https://staging.acme.example answers',
          resources: 5,
        };
      },
    };
  }

  releaseThatCrashes(): Step {
    return {
      title: 'a release that crashes',
      run: async () => {
        const { code, output } = await this.workspace.tryBerth([
          'release',
          'staging',
          'web',
          await this.image('web', 'crash'),
        ]);
        check(
          code === 1 && output.includes('rolled back') && output.includes('FATAL'),
          `it was not taken back: ${output}`,
        );
        check((await this.visit('/')).endsWith(' v1'), 'the former revision does not serve');
        return { summary: `taken back by itself; it said: ${/log: (.*)/.exec(output)?.[1]}`, resources: 0 };
      },
    };
  }

  /** A step that waits for the end of every boot. */
  private booted(title: string, then: () => Promise<void>): Step {
    return {
      title,
      run: async () => {
        const reports = await this.cloud.fleet!.booted();
        for (const { name, status, errors } of reports)
          check(status === 'done', `${name} has not booted well: ${status}: ${errors.join('; ')}`);
        await then();
        return {
          summary: reports.map(({ name, seconds }) => `${name} in ${seconds} s`).join(', '),
          resources: reports.length,
        };
      },
    };
  }

  private async image(service: string, tag: string): Promise<string> {
    return `ghcr.io/acme/asset-archive-${service}@${(await this.cloud.images!).digestOf(tag)}`;
  }

  /** What a visitor of staging gets, by its name and over HTTPS. */
  private async visit(path: string): Promise<string> {
    const { code, stdout } = await this.cloud.fleet!.network.outside([
      'curl',
      '--silent',
      '--show-error',
      '--fail',
      '--retry',
      '10',
      '--retry-all-errors',
      '--max-time',
      '5',
      `${site}${path}`,
    ]);
    check(code === 0, `${site}${path} does not answer (curl ends with ${code})`);
    return stdout.trim();
  }

  /** Asks until the environment's machine has reported and is as its files say. */
  private async untilHealthy(environment: string): Promise<void> {
    const deadline = Date.now() + 90_000;
    for (;;) {
      const { code, output } = await this.workspace.tryBerth(['status', environment]);
      if (code === 0) return;
      check(Date.now() < deadline, `${environment} is not healthy after 90 s; last seen:\n${output}`);
    }
  }
}
