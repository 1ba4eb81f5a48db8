import { z } from 'zod';
import { listOf } from './http';

const peers = z.object({
  addresses: z.array(z.string()).optional(),
  tags: z
    .array(z.string())
    .nullish()
    .transform((tags) => tags ?? undefined),
  droplet_ids: z.array(z.number()).optional(),
  load_balancer_uids: z.array(z.string()).optional(),
  kubernetes_ids: z.array(z.string()).optional(),
});

export type Peers = z.infer<typeof peers>;

const IPV4 = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})(\/([0-9]|[12]\d|3[0-2]))?$/;
const IPV6 = /^[0-9a-fA-F:]*::?[0-9a-fA-F:.]*(\/([0-9]|[1-9]\d|1[01]\d|12[0-8]))?$/;

const isAddress = (text: string) =>
  IPV6.test(text) ||
  (IPV4.exec(text)
    ?.slice(1, 5)
    .every((part) => Number(part) < 256) ??
    false);

/** `22`, `8000-9000`, `all` or `0` (which the API also understands as all). */
function isPorts(text: string): boolean {
  if (text === 'all' || text === '0') return true;
  const match = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(text);
  if (!match) return false;
  const [from, to] = [Number(match[1]), Number(match[2] ?? match[1])];
  return from >= 1 && from <= to && to <= 65535;
}

/** A rule, either way: `peers` are the sources of an inbound and the destinations of an outbound rule. */
export interface Rule {
  protocol: 'tcp' | 'udp' | 'icmp';
  ports: string;
  peers: Peers;
}

function ruleSchema<K extends 'sources' | 'destinations'>(side: K) {
  return z
    .object({ protocol: z.string(), ports: z.string().optional(), [side]: peers } as Record<
      'protocol' | 'ports' | K,
      z.ZodType
    >)
    .transform((given, check): Rule => {
      const rule = given as unknown as { protocol: string; ports?: string } & Record<K, Peers>;
      const fail = (message: string): never => {
        check.addIssue({ code: 'custom', message });
        return z.NEVER;
      };
      const { protocol } = rule;
      if (protocol !== 'tcp' && protocol !== 'udp' && protocol !== 'icmp') return fail(`invalid protocol: ${protocol}`);
      const to = rule[side];
      const bad = to.addresses?.find((address) => !isAddress(address));
      if (bad !== undefined) return fail(`invalid address: ${bad}`);
      if (Object.values(to).every((list) => list === undefined || list.length === 0))
        return fail(`missing ${side} in a ${protocol} rule`);
      // icmp has no ports, and may be sent without; what was sent is kept all the same
      const ports = rule.ports || (protocol === 'icmp' ? '0' : '');
      if (!isPorts(ports)) return fail(`invalid ports: ${ports}`);
      return { protocol, ports: ports === 'all' ? '0' : ports, peers: to };
    });
}

export const inboundRules = listOf(ruleSchema('sources'));
export const outboundRules = listOf(ruleSchema('destinations'));
