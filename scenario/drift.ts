import type { Cloud } from './cloud';
import { describeChanges } from './changes';
import { check, type Step } from './step';
import type { Workspace } from './workspace';

const firewallName = 'asset-archive-staging';

export const findDrift = (workspace: Workspace, cloud: Cloud): Step => ({
  title: "find a change behind Terraform's back",
  async run(say) {
    const firewall = Object.values(cloud.digitalocean.state.firewalls).find(({ name }) => name === firewallName)!;
    firewall.inbound_rules.push({
      protocol: 'tcp',
      ports: '22',
      peers: { addresses: ['0.0.0.0/0'], tags: undefined },
    });
    cloud.digitalocean.save();
    say('somebody opens port 22 of staging to everybody');
    const plan = await workspace.plan('staging');
    check(describeChanges(plan) === 'digitalocean_firewall.firewall (update)', `found was: ${describeChanges(plan)}`);
    await workspace.apply('staging', say);
    check(!firewallOpen(cloud), 'port 22 is still open');
    return { summary: 'port 22 open to everybody: found, and closed', resources: 1 };
  },
});

const firewallOpen = (cloud: Cloud): boolean =>
  JSON.stringify(
    Object.values(cloud.digitalocean.state.firewalls)
      .filter(({ name }) => name === firewallName)
      .map(({ inbound_rules: rules }) => rules),
  ).includes('"22"');
