/** What the cloud tells a machine about itself. */
export interface Metadata {
  readonly id: string;
  readonly hostname: string;
  readonly userData: string;
  readonly sshKeys: readonly string[];
  /** eth0. */
  readonly public: Address;
  /** eth1, in the VPC. */
  readonly private: Address;
}

export interface Address {
  readonly mac: string;
  readonly address: string;
  readonly netmask: string;
  /** Where everything else is; a private network has none. */
  readonly gateway?: string;
}

/** A file to be there before the machine is switched on for the first time. */
export interface SeedFile {
  readonly path: string;
  readonly content: string;
  readonly mode: number;
}

const folder = '/var/lib/cloud/seed/config_drive/openstack/latest';

/** The ConfigDrive as cloud-init finds it on disk (docs.cloud-init.io/en/25.1.4/reference/datasources/configdrive.html). */
export function configDrive({ id, hostname, userData, sshKeys, ...addresses }: Metadata): SeedFile[] {
  const cards = [
    { link: 'eth0', ...addresses.public },
    { link: 'eth1', ...addresses.private },
  ];
  const network = {
    links: cards.map(({ link, mac }) => ({ id: link, type: 'phy', ethernet_mac_address: mac })),
    networks: cards.map(({ link, address, netmask, gateway }) => ({
      id: `${link}-ipv4`,
      link,
      type: 'ipv4',
      ip_address: address,
      netmask,
      routes: gateway ? [{ network: '0.0.0.0', netmask: '0.0.0.0', gateway }] : [],
    })),
    services: cards.flatMap(({ gateway }) => (gateway ? [{ type: 'dns', address: gateway }] : [])),
  };
  const json = (value: unknown): string => `${JSON.stringify(value, null, 1)}\n`;
  const meta = {
    uuid: id,
    hostname,
    public_keys: Object.fromEntries(sshKeys.map((key, index) => [String(index), key])),
  };
  return [
    { path: `${folder}/user_data`, content: userData, mode: 0o600 },
    { path: `${folder}/meta_data.json`, content: json(meta), mode: 0o600 },
    { path: `${folder}/network_data.json`, content: json(network), mode: 0o600 },
  ];
}
