import type { BootedProduct } from './booted-product';
import { atLeast, type Claim, columns, renderClaims } from './claim';

export interface Hardening {
  /** Of all 65,535 TCP ports, those that take a connection from outside. */
  readonly ports: readonly number[];
  /** Lynis' hardening index, 0 to 100. */
  readonly index: number;
  /** What lynis warns of, by the id of its test. */
  readonly warnings: Readonly<Record<string, number>>;
  readonly suggestions: number;
}

/** Looks at a machine from outside, and has Debian's lynis look at it from inside. */
export async function measureHardening(
  product: BootedProduct,
  during: <T>(title: string, work: () => Promise<T>) => Promise<T>,
): Promise<Hardening> {
  const ports = await during('every port from outside', () => openPorts(product));
  const lines = await during('lynis', () => lynis(product));
  const of = (kind: string): string[] =>
    lines.flatMap((line) => new RegExp(`^${kind}\\[\\]=([A-Z]+-?\\d*)`).exec(line)?.[1] ?? []);
  const warnings: Record<string, number> = {};
  for (const id of of('warning')) warnings[id] = (warnings[id] ?? 0) + 1;
  return {
    ports,
    index: Number(lines.find((line) => line.startsWith('hardening_index='))?.split('=')[1]),
    warnings,
    suggestions: of('suggestion').length,
  };
}

/** A full connect: what a firewall swallows is not open. */
export async function openPorts(product: BootedProduct, address = '198.51.100.1'): Promise<number[]> {
  const { stdout, output, code } = await product.outside([
    'nmap',
    '-sT',
    '-Pn',
    '-n',
    '-p-',
    '-T5',
    '--max-retries',
    '1',
    '--min-rate',
    '3000',
    '--open',
    '-oG',
    '-',
    address,
  ]);
  if (code !== 0) throw new Error(`nmap ended with ${code}: ${output}`);
  return [...stdout.matchAll(/(\d+)\/open\/tcp/g)].map(([, port]) => Number(port));
}

async function lynis(product: BootedProduct): Promise<string[]> {
  await product.on(
    'apt-get -qq update && DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends lynis >/dev/null',
  );
  await product.on('lynis audit system --quick --no-colors --quiet >/dev/null 2>&1 || true');
  return (await product.on('cat /var/log/lynis-report.dat')).split('\n');
}

export const hardeningClaims = ({ ports, index }: Hardening): Claim[] => [
  { what: 'ports open to the world', wanted: '80, 443', got: ports.join(', '), kept: ports.join() === '80,443' },
  atLeast("lynis' hardening index", 65, index),
];

export const renderHardening = (report: Hardening, about: string): string =>
  [
    about,
    columns(
      ['lynis', 'count'],
      [
        ...Object.entries(report.warnings).map(([id, count]) => [`warning ${id}`, String(count)]),
        ['suggestions', String(report.suggestions)],
      ],
    ),
    renderClaims(hardeningClaims(report)),
  ].join('\n\n');
