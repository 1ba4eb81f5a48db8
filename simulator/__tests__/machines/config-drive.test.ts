import { configDrive } from '../../machines/config-drive';

test('the ConfigDrive tells the machine its name, its keys, its two cards and the way out', () => {
  const files = configDrive({
    id: 'abc',
    hostname: 'shop-test',
    userData: '#cloud-config\n',
    sshKeys: ['ssh-ed25519 AAAA one'],
    public: { mac: '02:00:00:00:00:01', address: '203.0.113.2', netmask: '255.255.255.0', gateway: '203.0.113.1' },
    private: { mac: '02:00:00:00:00:02', address: '10.10.0.2', netmask: '255.255.240.0' },
  });
  const [userData, meta, network] = files;
  expect(files.map(({ path, mode }) => [path.split('/').at(-1), mode])).toEqual([
    ['user_data', 0o600],
    ['meta_data.json', 0o600],
    ['network_data.json', 0o600],
  ]);
  expect(userData!.content).toBe('#cloud-config\n');
  expect(JSON.parse(meta!.content)).toEqual({
    uuid: 'abc',
    hostname: 'shop-test',
    public_keys: { 0: 'ssh-ed25519 AAAA one' },
  });
  expect(JSON.parse(network!.content)).toEqual({
    links: [
      { id: 'eth0', type: 'phy', ethernet_mac_address: '02:00:00:00:00:01' },
      { id: 'eth1', type: 'phy', ethernet_mac_address: '02:00:00:00:00:02' },
    ],
    networks: [
      {
        id: 'eth0-ipv4',
        link: 'eth0',
        type: 'ipv4',
        ip_address: '203.0.113.2',
        netmask: '255.255.255.0',
        routes: [{ network: '0.0.0.0', netmask: '0.0.0.0', gateway: '203.0.113.1' }],
      },
      { id: 'eth1-ipv4', link: 'eth1', type: 'ipv4', ip_address: '10.10.0.2', netmask: '255.255.240.0', routes: [] },
    ],
    services: [{ type: 'dns', address: '203.0.113.1' }],
  });
});
