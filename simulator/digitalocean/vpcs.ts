import { z } from 'zod';
import { conflict, forbidden, unprocessable } from './api-error';
import { isPrivate, overlap, parseRange, showRange, type Range } from './cidr';
import type { Cloud } from './cloud';
import { body, optionalText, page, type Api } from './http';
import type { Vpc } from './state';

/** The vendor keeps these for itself: https://docs.digitalocean.com/products/networking/vpc/details/limits/ */
const RESERVED = ['10.244.0.0/16', '10.245.0.0/16', '10.246.0.0/24', '10.229.0.0/16'].map((text) => parseRange(text)!);

const name = z
  .string()
  .regex(/^[a-zA-Z0-9\-.]+$/, 'Name may only contain alphanumeric characters, dashes, and periods.');
const description = z.string().max(255, 'Description is too long (maximum is 255 characters).');

function checkedRange(cloud: Cloud, text: string): Range {
  const range = parseRange(text);
  if (!range || !isPrivate(range) || range.prefix < 16 || range.prefix > 28) {
    throw unprocessable(
      `ip_range ${text} is not valid: it must be a private IPv4 range (RFC 1918) between /28 and /16.`,
    );
  }
  if (RESERVED.some((other) => overlap(range, other)))
    throw unprocessable(`ip_range ${text} overlaps with a range reserved by DigitalOcean.`);
  const taken = Object.values(cloud.state.vpcs).some((vpc) => overlap(range, parseRange(vpc.ip_range)!));
  if (taken) throw unprocessable('This range/size overlaps with another VPC network in your account.');
  return range;
}

/** A free /20, tried upwards: the vendor chooses one too when none is asked for. */
function anyRange(cloud: Cloud): Range {
  const taken = [...RESERVED, ...Object.values(cloud.state.vpcs).map((vpc) => parseRange(vpc.ip_range)!)];
  for (let second = 100; second < 200; second++) {
    const range = parseRange(`10.${second}.0.0/20`)!;
    if (!taken.some((other) => overlap(range, other))) return range;
  }
  throw unprocessable('No free ip_range is left for a VPC.');
}

function create(
  cloud: Cloud,
  given: Omit<Vpc, 'id' | 'created_at' | 'ip_range'> & { ip_range?: string },
  kind = 'vpc',
): Vpc {
  const range = given.ip_range ? checkedRange(cloud, given.ip_range) : anyRange(cloud);
  const vpc = { ...given, id: cloud.uuid(kind), ip_range: showRange(range), created_at: cloud.now() };
  return (cloud.state.vpcs[vpc.id] = vpc);
}

/** The region's own network. */
export const defaultVpc = (cloud: Cloud, region: string): Vpc =>
  Object.values(cloud.state.vpcs).find((vpc) => vpc.default && vpc.region === region)!;

/** Every region has a default network from the beginning. Their ranges lie where hardly anybody puts a network of their own. */
export function seedVpcs(cloud: Cloud): void {
  for (const region of cloud.regions.open.filter((slug) => !defaultVpc(cloud, slug))) {
    const range = parseRange(`10.${200 + cloud.regions.slugs.indexOf(region)}.240.0/20`)!;
    const free = !Object.values(cloud.state.vpcs).some((vpc) => overlap(range, parseRange(vpc.ip_range)!));
    const given = { name: `default-${region}`, description: '', region, default: true };
    create(cloud, free ? { ...given, ip_range: showRange(range) } : given, 'default_vpc');
  }
}

export function vpcMembers(cloud: Cloud, id: string): { name: string; urn: string; created_at: string }[] {
  const { droplets, databases } = cloud.state;
  return [
    ...Object.values(droplets)
      .filter((d) => d.vpc === id)
      .map((d) => ({ name: d.name, urn: `do:droplet:${d.id}`, created_at: d.created_at })),
    ...Object.values(databases)
      .filter((d) => d.vpc === id)
      .map((d) => ({ name: d.name, urn: `do:dbaas:${d.id}`, created_at: d.created_at })),
  ];
}

export function mountVpcs(api: Api, cloud: Cloud): void {
  const { vpcs } = cloud.state;
  const render = (vpc: Vpc) => ({ ...vpc, urn: `do:vpc:${vpc.id}` });

  function refuseDuplicate(wanted: string, except?: Vpc): void {
    if (Object.values(vpcs).some((vpc) => vpc !== except && vpc.name === wanted))
      throw conflict('name is already in use');
  }

  function makeDefault(vpc: Vpc): void {
    for (const other of Object.values(vpcs)) if (other.region === vpc.region) other.default = other === vpc;
  }

  api.get('/v2/vpcs', (call) => page(call, 'vpcs', Object.values(vpcs).map(render)));

  api.post('/v2/vpcs', async (call) => {
    const schema = z.object({ name, description: description.default(''), region: z.string(), ip_range: optionalText });
    const given = await body(call, schema);
    cloud.regions.require(given.region, `Region ${given.region} is not valid.`);
    refuseDuplicate(given.name);
    return call.json({ vpc: render(create(cloud, { ...given, default: false })) }, 201);
  });

  api.get('/v2/vpcs/:vpc', (call) => call.json({ vpc: render(cloud.find(vpcs, call.req.param('vpc'))) }));

  api.on(['PUT', 'PATCH'], '/v2/vpcs/:vpc', async (call) => {
    const vpc = cloud.find(vpcs, call.req.param('vpc')!);
    const named = call.req.method === 'PUT' ? name : name.optional();
    const given = await body(
      call,
      z.object({ name: named, description: description.optional(), default: z.boolean().optional() }),
    );
    if (given.name) refuseDuplicate(given.name, vpc);
    // An absent description is left as it is, which is why clearing one in Terraform never converges.
    vpc.name = given.name ?? vpc.name;
    vpc.description = given.description ?? vpc.description;
    if (given.default) makeDefault(vpc);
    return call.json({ vpc: render(vpc) });
  });

  api.delete('/v2/vpcs/:vpc', (call) => {
    const vpc = cloud.find(vpcs, call.req.param('vpc'));
    if (vpc.default) throw forbidden('Can not delete default VPCs');
    if (vpcMembers(cloud, vpc.id).length > 0) throw conflict('Can not delete VPC with members');
    delete vpcs[vpc.id];
    return call.body(null, 204);
  });

  api.get('/v2/vpcs/:vpc/members', (call) => {
    const type = call.req.query('resource_type');
    const members = vpcMembers(cloud, cloud.find(vpcs, call.req.param('vpc')).id);
    return page(
      call,
      'members',
      members.filter(({ urn }) => !type || urn.startsWith(`do:${type}:`)),
    );
  });
}
