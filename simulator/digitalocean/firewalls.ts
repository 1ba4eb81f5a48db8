import { z } from 'zod';
import { conflict, unprocessable } from './api-error';
import type { Cloud } from './cloud';
import { inboundRules, outboundRules, type Rule } from './firewall-rule';
import { body, listOf, page, type Api, type Call } from './http';
import type { Firewall } from './state';
import { hasTag, requireTags } from './tags';

/** https://docs.digitalocean.com/products/networking/firewalls/details/limits/ */
const MAX_DROPLETS = 10;
const MAX_TAGS = 5;
const MAX_RULES = 50;

const ids = listOf(z.number());
const names = listOf(z.string());
const rules = z.object({ inbound_rules: inboundRules, outbound_rules: outboundRules });

const request = rules.extend({
  name: z
    .string()
    .regex(
      /^[a-zA-Z0-9][a-zA-Z0-9.-]+$/,
      'name may only contain alphanumeric characters, dashes, and periods, and has 2 at least',
    ),
  droplet_ids: ids,
  tags: names,
});

const show =
  (side: 'sources' | 'destinations') =>
  ({ protocol, ports, peers }: Rule) => ({ protocol, ports, [side]: peers });

export function mountFirewalls(api: Api, cloud: Cloud): void {
  const { firewalls, droplets } = cloud.state;

  cloud.on('firewall.apply', () => undefined);

  function render(firewall: Firewall) {
    const applying = cloud.running('firewall', firewall.id);
    return {
      id: firewall.id,
      name: firewall.name,
      status: applying ? 'waiting' : 'succeeded',
      created_at: firewall.created_at,
      pending_changes: applying
        ? firewall.droplet_ids.map((id) => ({ droplet_id: id, removing: false, status: 'waiting' }))
        : [],
      inbound_rules: firewall.inbound_rules.map(show('sources')),
      outbound_rules: firewall.outbound_rules.map(show('destinations')),
      droplet_ids: firewall.droplet_ids,
      tags: firewall.tags,
    };
  }

  function check(given: z.infer<typeof request>, except?: Firewall): void {
    if (Object.values(firewalls).some((other) => other !== except && other.name === given.name))
      throw conflict('duplicate name');
    if (given.inbound_rules.length + given.outbound_rules.length === 0)
      throw unprocessable('a firewall must have at least one rule');
    checkLimits(given);
    const peerTags = [...given.inbound_rules, ...given.outbound_rules].flatMap(({ peers }) => peers.tags ?? []);
    requireTags(cloud, [...given.tags, ...peerTags]);
  }

  function checkLimits(firewall: Pick<Firewall, 'droplet_ids' | 'tags' | 'inbound_rules' | 'outbound_rules'>): void {
    for (const id of firewall.droplet_ids) if (!droplets[id]) throw unprocessable(`droplet ${id} was not found`);
    if (firewall.droplet_ids.length > MAX_DROPLETS)
      throw unprocessable(`a firewall can have ${MAX_DROPLETS} droplets at most: use a tag for more`);
    if (firewall.tags.length > MAX_TAGS) throw unprocessable(`a firewall can have ${MAX_TAGS} tags at most`);
    const count = firewall.inbound_rules.length + firewall.outbound_rules.length;
    if (count > MAX_RULES) throw unprocessable(`a firewall can have ${MAX_RULES} rules at most, got ${count}`);
  }

  /** Rules reach the machines a moment after the answer: until then the firewall is "waiting". */
  function apply(firewall: Firewall): void {
    if (firewall.droplet_ids.length > 0)
      cloud.begin({ type: 'apply', resource_type: 'firewall', resource: firewall.id });
  }

  function change(call: Call, to: Partial<Firewall>) {
    const firewall = wanted(call);
    checkLimits({ ...firewall, ...to });
    Object.assign(firewall, to);
    apply(firewall);
    return call.body(null, 204);
  }

  const wanted = (call: Call) => cloud.find(firewalls, call.req.param('firewall')!);
  const unique = <T>(list: T[]) => [...new Set(list)];
  const without = <T>(list: T[], gone: T[]) =>
    list.filter((item) => !gone.some((other) => JSON.stringify(other) === JSON.stringify(item)));

  api.get('/v2/firewalls', (call) => page(call, 'firewalls', Object.values(firewalls).map(render)));

  api.post('/v2/firewalls', async (call) => {
    const given = await body(call, request);
    check(given);
    const id = cloud.uuid('firewall');
    firewalls[id] = { id, ...given, created_at: cloud.now() };
    apply(firewalls[id]);
    return call.json({ firewall: render(firewalls[id]) }, 202);
  });

  api.get('/v2/firewalls/:firewall', (call) => call.json({ firewall: render(wanted(call)) }));

  api.put('/v2/firewalls/:firewall', async (call) => {
    const firewall = wanted(call);
    const given = await body(call, request);
    check(given, firewall);
    Object.assign(firewall, given);
    apply(firewall);
    return call.json({ firewall: render(firewall) });
  });

  api.delete('/v2/firewalls/:firewall', (call) => {
    delete firewalls[wanted(call).id];
    return call.body(null, 204);
  });

  const dropletIds = z.object({ droplet_ids: ids });
  api.post('/v2/firewalls/:firewall/droplets', async (call) =>
    change(call, { droplet_ids: unique([...wanted(call).droplet_ids, ...(await body(call, dropletIds)).droplet_ids]) }),
  );
  api.delete('/v2/firewalls/:firewall/droplets', async (call) =>
    change(call, { droplet_ids: without(wanted(call).droplet_ids, (await body(call, dropletIds)).droplet_ids) }),
  );

  const tags = z.object({ tags: names });
  api.post('/v2/firewalls/:firewall/tags', async (call) =>
    change(call, { tags: unique([...wanted(call).tags, ...requireTags(cloud, (await body(call, tags)).tags)]) }),
  );
  api.delete('/v2/firewalls/:firewall/tags', async (call) =>
    change(call, { tags: without(wanted(call).tags, (await body(call, tags)).tags) }),
  );

  api.post('/v2/firewalls/:firewall/rules', async (call) => {
    const more = await body(call, rules);
    const { inbound_rules: inbound, outbound_rules: outbound } = wanted(call);
    return change(call, {
      inbound_rules: [...inbound, ...more.inbound_rules],
      outbound_rules: [...outbound, ...more.outbound_rules],
    });
  });
  api.delete('/v2/firewalls/:firewall/rules', async (call) => {
    const gone = await body(call, rules);
    const { inbound_rules: inbound, outbound_rules: outbound } = wanted(call);
    return change(call, {
      inbound_rules: without(inbound, gone.inbound_rules),
      outbound_rules: without(outbound, gone.outbound_rules),
    });
  });

  api.get('/v2/droplets/:droplet/firewalls', (call) => {
    const droplet = cloud.find(droplets, call.req.param('droplet'));
    const matching = Object.values(firewalls).filter(
      (firewall) => firewall.droplet_ids.includes(droplet.id) || firewall.tags.some((tag) => hasTag(droplet, tag)),
    );
    return page(call, 'firewalls', matching.map(render));
  });
}
