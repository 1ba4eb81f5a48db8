import { z } from 'zod';
import { actionsOf, renderAction } from './actions';
import { notFound, unprocessable } from './api-error';
import { renderRegion } from './catalogue';
import type { Cloud } from './cloud';
import { publicAddress, renderDroplet } from './droplet';
import { body, optionalText, page, type Api, type Call } from './http';
import { defaultProject } from './project';
import type { Action, ReservedIp } from './state';

/** The same addresses under their name of today and the deprecated one. */
const FACES = ['reserved_ip', 'floating_ip'] as const;

const request = z.object({ region: optionalText, droplet_id: z.number().optional(), project_id: optionalText });
const actionRequest = z.object({ type: z.enum(['assign', 'unassign']), droplet_id: z.coerce.number().optional() });

export function mountReservedIps(api: Api, cloud: Cloud): void {
  const { reserved_ips: ips, droplets, assignments, projects } = cloud.state;
  const urn = (ip: string) => `do:floatingip:${ip}`;

  function assign(ip: string, droplet: number | null): void {
    if (!ips[ip] || (droplet !== null && !droplets[droplet])) return;
    // A machine has one reserved address at most: the new one takes the old one's place.
    if (droplet !== null) for (const other of Object.values(ips)) if (other.droplet === droplet) other.droplet = null;
    ips[ip].droplet = droplet;
    const machine = droplet === null ? undefined : assignments[`do:droplet:${droplet}`];
    if (machine) assignments[urn(ip)] = { ...machine };
  }

  cloud.on('reserved_ip.assign', ({ resource, droplet }) => assign(resource, droplet!));
  cloud.on('reserved_ip.unassign', ({ resource }) => assign(resource, null));

  const render = ({ ip, region, droplet }: ReservedIp) => ({
    ip,
    region: renderRegion(cloud, region),
    droplet: droplet === null ? null : renderDroplet(cloud, droplets[droplet]),
    locked: cloud.running('reserved_ip', ip) !== undefined,
    project_id: assignments[urn(ip)].project,
  });

  function begin(address: ReservedIp, type: 'assign' | 'unassign', dropletId?: number) {
    const base = { resource_type: 'reserved_ip' as const, resource: address.ip, region: address.region };
    if (cloud.running('reserved_ip', address.ip)) throw unprocessable('Reserved IP already has a pending event.');
    if (type === 'unassign') {
      if (address.droplet === null) throw unprocessable('The reserved IP is not assigned to a Droplet.');
      cloud.refuseIfBusy(address.droplet);
      return cloud.begin({ ...base, type, droplet: address.droplet });
    }
    if (dropletId === undefined) throw unprocessable('droplet_id is required to assign a reserved IP.');
    const droplet = droplets[dropletId];
    if (!droplet) throw notFound('Droplet not found.');
    if (droplet.region !== address.region)
      throw unprocessable('The Droplet must be in the same region as the reserved IP.');
    // The vendor refuses while the machine is busy, even with attaching a volume, and providers before 2.95 do not wait for it
    // (https://github.com/digitalocean/terraform-provider-digitalocean/pull/1565).
    cloud.refuseIfBusy(droplet.id);
    return cloud.begin({ ...base, type, droplet: droplet.id });
  }

  for (const face of FACES) mountFace(face);

  function mountFace(name: (typeof FACES)[number]): void {
    const base = `/v2/${name}s`;
    const show = (action: Action) => ({ ...renderAction(cloud, action), resource_type: name });
    api.get(base, (call: Call) => page(call, `${name}s`, Object.values(ips).map(render)));

    api.post(base, async (call: Call) => {
      const given = await body(call, request);
      const droplet = given.droplet_id === undefined ? undefined : cloud.find(droplets, given.droplet_id);
      if (given.project_id !== undefined) cloud.find(projects, given.project_id);
      const region = cloud.regions.require(
        droplet?.region ?? given.region ?? '',
        'You specified an invalid region for the reserved IP.',
      );
      if (droplet) cloud.refuseIfBusy(droplet.id);
      const ip = publicAddress('reserved_ip', cloud.count('reserved_ip'));
      ips[ip] = { ip, region, droplet: null };
      assignments[urn(ip)] = { project: given.project_id ?? defaultProject(cloud).id, assigned_at: cloud.now() };
      const links = droplet && {
        droplets: [{ id: droplet.id, rel: 'droplet', href: `https://api.digitalocean.com/v2/droplets/${droplet.id}` }],
        actions: [begin(ips[ip], 'assign', droplet.id)].map(({ id }) => ({
          id,
          rel: 'assign_ip',
          href: `https://api.digitalocean.com/v2/actions/${id}`,
        })),
      };
      return call.json({ [name]: render(ips[ip]), links: links ?? {} }, 202);
    });

    api.get(`${base}/:ip`, (call: Call) => call.json({ [name]: render(cloud.find(ips, call.req.param('ip')!)) }));

    api.delete(`${base}/:ip`, (call: Call) => {
      const { ip } = cloud.find(ips, call.req.param('ip')!);
      if (cloud.running('reserved_ip', ip)) throw unprocessable('Reserved IP already has a pending event.');
      delete assignments[urn(ip)];
      delete ips[ip];
      return call.body(null, 204);
    });

    api.post(`${base}/:ip/actions`, async (call: Call) => {
      const address = cloud.find(ips, call.req.param('ip')!);
      const { type, droplet_id: droplet } = await body(call, actionRequest);
      const action = begin(address, type, droplet);
      return call.json({ action: { ...show(action), project_id: assignments[urn(address.ip)].project } }, 201);
    });

    api.get(`${base}/:ip/actions`, (call: Call) => {
      const { ip } = cloud.find(ips, call.req.param('ip')!);
      return page(call, 'actions', actionsOf(cloud, 'reserved_ip', ip).map(show));
    });

    api.get(`${base}/:ip/actions/:action`, (call: Call) => {
      const action = cloud.find(cloud.state.actions, call.req.param('action')!);
      if (action.resource !== call.req.param('ip')!) throw notFound();
      return call.json({ action: show(action) });
    });
  }
}
