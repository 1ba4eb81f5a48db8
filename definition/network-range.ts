/** RFC 1918: private addresses. */
const privateRanges = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16'];

/**
 * docs.digitalocean.com/products/networking/vpc/concepts/plan-your-network: from /28 to /16, private addresses (RFC 1918).
 */
const widest = 16;
const narrowest = 28;

/** docs.digitalocean.com/products/networking/vpc/details/limits: what no network of a customer may touch. */
const reservedRanges = ['10.229.0.0/16', '10.244.0.0/16', '10.245.0.0/16', '10.246.0.0/24'];

interface Range {
  readonly first: number;
  readonly last: number;
  readonly prefix: number;
  readonly aligned: boolean;
}

function parsed(range: string): Range {
  const [address, prefix] = range.split('/') as [string, string];
  const number = address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
  const size = 2 ** (32 - Number(prefix));
  const first = Math.floor(number / size) * size;
  return { first, last: first + size - 1, prefix: Number(prefix), aligned: first === number };
}

const dotted = (number: number): string =>
  [24, 16, 8, 0].map((shift) => Math.floor(number / 2 ** shift) % 256).join('.');

/** What is wrong with a range as an environment's network; undefined when nothing is. */
export function networkProblem(range: string): string | undefined {
  const { first, last, prefix, aligned } = parsed(range);
  if (prefix < widest || prefix > narrowest) return `a range from /${widest} to /${narrowest}, as DigitalOcean takes`;
  if (!privateRanges.map(parsed).some((known) => first >= known.first && last <= known.last))
    return `a range of private addresses: within ${privateRanges.join(', ')}`;
  if (!aligned) return `the range's first address: ${dotted(first)}/${prefix}`;
  const reserved = reservedRanges.find((text) => first <= parsed(text).last && last >= parsed(text).first);
  return reserved === undefined ? undefined : `a range without ${reserved}, which DigitalOcean keeps to itself`;
}
