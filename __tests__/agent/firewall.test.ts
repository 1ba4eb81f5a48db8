import { convergeFirewall } from '../../agent/steps/firewall';
import { firewallFile, firewallRules } from '../../agent/render/firewall';
import { FakeHost } from './fake-host';

let machine: FakeHost;
let loaded: boolean;
beforeEach(() => {
  machine = new FakeHost();
  loaded = false;
  machine.answer = (line) => {
    if (line === `nft --file ${firewallFile}`) loaded = true;
    return line.startsWith('nft list') ? { code: loaded ? 0 : 1 } : {};
  };
});

const acts = async (): Promise<string[]> => {
  machine.ran.length = 0;
  await convergeFirewall(machine);
  return machine.ran.filter((line) => !line.startsWith('nft list'));
};

test('rules are loaded at once, and by a unit before Docker at each start; what is there is left alone', async () => {
  expect(await acts()).toEqual([
    'systemctl daemon-reload',
    'systemctl enable berth-firewall',
    `nft --file ${firewallFile}`,
  ]);
  expect(await acts()).toEqual([]);
});

test('rules that somebody took out, or an older agent wrote, are loaded anew; Docker is not restarted for it', async () => {
  await acts();
  loaded = false;
  expect(await acts()).toEqual([`nft --file ${firewallFile}`]);
  machine.write(firewallFile, '# older');
  expect(await acts()).toEqual([`nft --file ${firewallFile}`]);
  expect(machine.read(firewallFile)).toBe(firewallRules);
});
