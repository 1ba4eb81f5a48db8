/** The rules that keep containers from what is not theirs, as a table of nftables of its own: Docker, which writes others, leaves it alone. */
export const firewallFile = '/etc/berth/firewall.nft';
export const firewallUnit = 'berth-firewall';
/** As `nft list` knows it. */
export const firewallTable = ['inet', 'berth'] as const;

/** Postgres and Redis, where the machine has them. Who comes in by 80 and 443 is led to the proxy before these rules are asked. */
const ports = [5432, 6379];

export const firewallRules = [
  '# Written by the agent.',
  'table inet berth',
  'delete table inet berth',
  'table inet berth {',
  '\tchain forward {',
  '\t\ttype filter hook forward priority filter - 10; policy accept;',
  // the droplet's own metadata, user-data with the machine's key among them
  '\t\tip daddr 169.254.0.0/16 counter reject with icmpx admin-prohibited',
  '\t\tip6 daddr { fd00::/8, fe80::/10 } counter reject with icmpx admin-prohibited',
  '\t}',
  '\tchain input {',
  '\t\ttype filter hook input priority filter - 10; policy accept;',
  ...['docker0', 'docker_gwbridge', 'br-*', 'veth*'].map((name) => `\t\tiifname "${name}" jump containers`),
  '\t}',
  '\tchain containers {',
  // answers to what the machine itself has asked
  '\t\tct state established,related accept',
  `\t\ttcp dport { ${ports.join(', ')} } accept`,
  '\t\tcounter reject with icmpx admin-prohibited',
  '\t}',
  '}',
  '',
].join('\n');

/** What loads the rules, before Docker starts a container, also after a restart of the machine. */
export const firewallUnits: Readonly<Record<string, string>> = {
  [`/etc/systemd/system/${firewallUnit}.service`]: [
    '[Unit]',
    'Description=Keep containers from what is not theirs',
    'Before=docker.service',
    '',
    '[Service]',
    'Type=oneshot',
    'RemainAfterExit=yes',
    `ExecStart=/usr/sbin/nft --file ${firewallFile}`,
    '',
    '[Install]',
    'WantedBy=multi-user.target',
    '',
  ].join('\n'),
  '/etc/systemd/system/docker.service.d/berth-firewall.conf': [
    '# no container runs without the rules',
    '[Unit]',
    `Requires=${firewallUnit}.service`,
    `After=${firewallUnit}.service`,
    '',
  ].join('\n'),
};
