import type { Cloud } from './cloud';
import { describeChanges } from './changes';
import { machineId } from './state';
import { check, type Step } from './step';
import type { Workspace } from './workspace';

/** Replaces a machine: what is planned is exactly what follows from that, and what must stay stays. */
export const raiseGeneration = (workspace: Workspace, cloud: Cloud): Step => ({
  title: 'raise a generation',
  async run(say) {
    const before = await workspace.state('staging');
    workspace.edit('staging.ts', "size: 's-2vcpu-4gb'", "size: 's-2vcpu-4gb', generation: 2");
    await workspace.synth();
    const plan = await workspace.plan('staging');
    check(describeChanges(plan) === expectedChanges.join('; '), `what would happen is ${describeChanges(plan)}`);
    await workspace.apply('staging', say);
    const after = await workspace.state('staging');
    check(machineId(before) !== machineId(after), 'the machine is still the old one');
    for (const [what, path] of kept)
      check(
        before.get(path.address)?.[path.attribute] === after.get(path.address)?.[path.attribute],
        `the ${what} did not stay`,
      );
    check(cloud.digitalocean.state.droplets[String(machineId(before))] === undefined, 'the old machine is still there');
    return {
      summary: `machine ${machineId(before)} → ${machineId(after)}; volume, address and domain stay`,
      resources: plan.changes.length,
    };
  },
});

/** One machine goes, another comes, and what depends on them; everything else stays as it is. */
const expectedChanges = [
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
