import { firewallFile, firewallRules, firewallTable, firewallUnit, firewallUnits } from '../render/firewall';
import { type Host, must } from '../host';

/** Makes sure of the rules that keep containers from the machine and its metadata: now, and after each restart. */
export async function convergeFirewall(machine: Pick<Host, 'write' | 'run'>): Promise<void> {
  const units = Object.entries(firewallUnits).map(([path, text]) => machine.write(path, text));
  if (units.includes(true)) {
    await must(machine, 'systemctl', ['daemon-reload']);
    await must(machine, 'systemctl', ['enable', firewallUnit]);
  }
  const changed = machine.write(firewallFile, firewallRules);
  const there = (await machine.run('nft', ['list', 'table', ...firewallTable])).code === 0;
  // nft itself, and not the unit: to restart what Docker requires would restart Docker
  if (changed || !there) await must(machine, 'nft', ['--file', firewallFile]);
}
