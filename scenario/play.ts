import { setTimeout as sleep } from 'node:timers/promises';
import type { Cloud } from '../simulator/cloud';
import { pullRequest } from './pull-request';
import type { Step } from './step';
import type { Plan, Workspace } from './workspace';

/** The program's main job from nothing to nothing, one step after the other. */
export function play(workspace: Workspace, cloud: Cloud): Step[] {
  /** A step that is there only where droplets are machines. */
  const boot = (step: Step): Step[] => (cloud.fleet ? [step] : []);
  const booted = (title: string, then: () => Promise<void>): Step[] =>
    boot({
      title,
      async run() {
        const reports = await cloud.fleet!.booted();
        for (const { name, status, errors } of reports)
          expect(status === 'done', `${name} has not booted well: ${status}: ${errors.join('; ')}`);
        await then();
        return {
          happened: reports.map(({ name, seconds }) => `${name} in ${seconds} s`).join(', '),
          resources: reports.length,
        };
      },
    });
  const image = async (service: string, tag: string): Promise<string> =>
    `ghcr.io/acme/asset-archive-${service}@${(await cloud.images!).digestOf(tag)}`;
  /** What a visitor of staging gets, by its name and over HTTPS. */
  const visit = async (path: string): Promise<string> => {
    const { code, stdout } = await cloud.fleet!.network.outside([
      'curl',
      '--silent',
      '--show-error',
      '--fail',
      '--retry',
      '10',
      '--retry-all-errors',
      '--max-time',
      '5',
      `https://staging.acme.example${path}`,
    ]);
    expect(code === 0, `https://staging.acme.example${path} does not answer (curl ends with ${code})`);
    return stdout.trim();
  };
  return [
    {
      title: 'bootstrap the state bucket',
      async run(say) {
        await workspace.berth(['bootstrap'], say);
        const [bucket] = cloud.spaces.buckets();
        expect(bucket?.versioning === 'Enabled', 'the state bucket keeps no versions');
        return { happened: `${bucket!.name}: versions on, locks proven`, resources: 1 };
      },
    },
    ...['staging', 'production'].map((stack): Step => ({
      title: `deploy ${stack}`,
      async run(say) {
        await workspace.cdktf(['deploy', stack, '--auto-approve'], say);
        const state = await workspace.state(stack);
        return {
          happened: `${address(state)} serves ${String(state.get('digitalocean_domain.domain')?.name)}`,
          resources: state.size,
        };
      },
    })),
    ...booted('boot both machines', async () => {
      const machine = cloud.fleet!.machine(machineId(await workspace.state('staging')))!;
      await machine.run(['sh', '-c', 'echo precious > /mnt/data/rehearsed']);
      await untilWell(workspace, 'staging');
    }),
    ...boot({
      title: 'hand a secret to a service',
      async run(say) {
        const { code, output } = await workspace.tryBerth(
          ['secret', 'set', 'staging', 'SMTP_URL'],
          'smtp://rehearsal:not-a-secret@mail.acme.example\n',
        );
        expect(code === 0, output);
        await workspace.cdktf(['deploy', 'staging', '--auto-approve'], say);
        return { happened: "SMTP_URL, sealed to the machine's own key", resources: 1 };
      },
    }),
    ...boot({
      title: 'release the services',
      async run(say) {
        const services = { web: 'web', api: 'api', worker: 'worker', cms: 'cms', report: 'api' };
        await Promise.all(
          Object.entries(services).map(async ([service, repository]) =>
            workspace.berth(['release', 'staging', service, await image(repository, 'v1')], say),
          ),
        );
        await visit('/');
        await visit('/api/visits');
        return {
          happened: 'web, api, worker, cms, report: healthy; https://staging.acme.example answers',
          resources: 5,
        };
      },
    }),
    ...boot({
      title: 'a release that crashes',
      async run() {
        const { code, output } = await workspace.tryBerth(['release', 'staging', 'web', await image('web', 'crash')]);
        expect(
          code === 1 && output.includes('rolled back') && output.includes('FATAL'),
          `it was not taken back: ${output}`,
        );
        expect((await visit('/')).endsWith(' v1'), 'the former revision does not serve');
        return { happened: `taken back by itself; it said: ${/log: (.*)/.exec(output)?.[1]}`, resources: 0 };
      },
    }),
    {
      title: 'plan again',
      async run() {
        const plans = await Promise.all(['staging', 'production'].map((stack) => workspace.plan(stack)));
        for (const { changes } of plans)
          expect(changes.length === 0, `the second plan is not clean: ${addresses({ changes, drift: [] })}`);
        return { happened: 'clean, both', resources: 0 };
      },
    },
    {
      title: 'add an environment',
      async run(say) {
        await workspace.berth(['env', 'new', 'preview', '--from', 'staging'], say);
        // a preview is there to be destroyed again
        workspace.edit('preview.ts', /(\n\s*name: 'preview',)/, '$1\n  protected: false,');
        await workspace.synth();
        await workspace.plan('preview');
        await workspace.apply('preview', say);
        return {
          happened: 'environments/preview.ts, one new file',
          resources: (await workspace.state('preview')).size,
        };
      },
    },
    {
      title: 'a daily edit',
      async run(say) {
        workspace.edit('staging.ts', "LOG_LEVEL: 'debug'", "LOG_LEVEL: 'info'");
        await workspace.synth();
        const plan = await workspace.plan('staging');
        expect(
          addresses(plan) ===
            'digitalocean_spaces_bucket_object.desired (update); terraform_data.convergence (delete, create)',
          `more than the config object would change: ${addresses(plan)}`,
        );
        await workspace.apply('staging', say);
        return { happened: 'LOG_LEVEL debug → info, in place; no machine touched', resources: 1 };
      },
    },
    pullRequest(workspace, cloud),
    {
      title: 'raise a generation',
      async run(say) {
        const before = await workspace.state('staging');
        workspace.edit('staging.ts', "size: 's-2vcpu-4gb'", "size: 's-2vcpu-4gb', generation: 2");
        await workspace.synth();
        const plan = await workspace.plan('staging');
        expect(addresses(plan) === succession.join('; '), `what would happen is ${addresses(plan)}`);
        await workspace.apply('staging', say);
        const after = await workspace.state('staging');
        expect(machineId(before) !== machineId(after), 'the machine is still the old one');
        for (const [what, path] of kept)
          expect(
            before.get(path.address)?.[path.attribute] === after.get(path.address)?.[path.attribute],
            `the ${what} did not stay`,
          );
        expect(
          cloud.digitalocean.state.droplets[String(machineId(before))] === undefined,
          'the old machine is still there',
        );
        return {
          happened: `machine ${machineId(before)} → ${machineId(after)}; volume, address and domain stay`,
          resources: plan.changes.length,
        };
      },
    },
    ...booted('boot the replaced machine', async () => {
      const machine = cloud.fleet!.machine(machineId(await workspace.state('staging')))!;
      const { stdout } = await machine.run(['cat', '/mnt/data/rehearsed']);
      expect(stdout === 'precious\n', 'what was on the volume is not there any more');
      expect((await visit('/')).endsWith(' v1'), 'the new machine does not serve what the old one did');
      await untilWell(workspace, 'staging');
    }),
    {
      title: "find a change behind Terraform's back",
      async run(say) {
        const firewall = Object.values(cloud.digitalocean.state.firewalls).find(
          ({ name }) => name === 'asset-archive-staging',
        )!;
        firewall.inbound_rules.push({
          protocol: 'tcp',
          ports: '22',
          peers: { addresses: ['0.0.0.0/0'], tags: undefined },
        });
        cloud.digitalocean.save();
        say('somebody opens port 22 of staging to everybody');
        const plan = await workspace.plan('staging');
        expect(addresses(plan) === 'digitalocean_firewall.firewall (update)', `found was: ${addresses(plan)}`);
        await workspace.apply('staging', say);
        expect(!firewallOpen(cloud), 'port 22 is still open');
        return { happened: 'port 22 open to everybody: found, and closed', resources: 1 };
      },
    },
    {
      title: 'destroy an environment',
      async run(say) {
        const plan = await workspace.plan('preview', '-destroy');
        await workspace.apply('preview', say);
        const left = Object.values(cloud.digitalocean.state.droplets).filter(({ name }) => name.endsWith('-preview'));
        expect(left.length === 0 && (await workspace.state('preview')).size === 0, 'something of it is left');
        return { happened: 'preview is gone; the others stand', resources: plan.changes.length };
      },
    },
  ];
}

/** One machine goes, another one comes, and what has to follow; everything else stays as it is. */
const succession = [
  'digitalocean_droplet.machine (delete)',
  'digitalocean_droplet.machine-2 (create)',
  'digitalocean_project_resources.project-resources (update)',
  'digitalocean_reserved_ip_assignment.public-address-assignment (delete)',
  'digitalocean_reserved_ip_assignment.public-address-assignment-2 (create)',
  'digitalocean_volume_attachment.data-volume-attachment (delete)',
  'digitalocean_volume_attachment.data-volume-attachment-2 (create)',
  'terraform_data.convergence (delete)',
  'terraform_data.convergence-2 (create)',
  'terraform_data.data-volume-holder (delete, create)',
  'terraform_data.succession["1"] (delete)',
  'terraform_data.succession["2"] (create)',
  'terraform_data.succession-relieved["1"] (delete)',
  'terraform_data.succession-relieved["2"] (create)',
];

const kept = [
  ['volume', { address: 'digitalocean_volume.data-volume', attribute: 'id' }],
  ['address', { address: 'digitalocean_reserved_ip.public-address', attribute: 'ip_address' }],
  ['domain', { address: 'digitalocean_domain.domain', attribute: 'name' }],
] as const;

/** Waits until the environment's machine has reported, and is as its files say. */
async function untilWell(workspace: Workspace, environment: string): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      return void (await workspace.berth(['status', environment]));
    } catch (error) {
      if (tries === 20) throw error;
      await sleep(3_000);
    }
  }
}

type State = Awaited<ReturnType<Workspace['state']>>;

const machineId = (state: State): string =>
  String([...state].find(([each]) => each.startsWith('digitalocean_droplet.machine'))?.[1].id);
const address = (state: State): string => String(state.get('digitalocean_reserved_ip.public-address')?.ip_address);
const addresses = ({ changes }: Plan): string =>
  changes.map((change) => `${change.address} (${change.actions.join(', ')})`).join('; ');
const firewallOpen = (cloud: Cloud): boolean =>
  JSON.stringify(
    Object.values(cloud.digitalocean.state.firewalls)
      .filter(({ name }) => name === 'asset-archive-staging')
      .map(({ inbound_rules: rules }) => rules),
  ).includes('"22"');

function expect(condition: boolean, otherwise: string): asserts condition {
  if (!condition) throw new Error(otherwise);
}
