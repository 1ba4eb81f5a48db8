import { z } from 'zod';
import { notFound, unprocessable } from './api-error';
import type { Cloud } from './cloud';
import { body, page, type Api } from './http';

const NAME = /^[a-zA-Z0-9:\-_]{1,255}$/;
const INVALID =
  'Tag name may contain letters, numbers, colons, dashes, and underscores, and is at most 255 characters long.';

/** Tags are compared without case and keep the spelling that they were made with. */
const same = (a: string) => (b: string) => a.toLowerCase() === b.toLowerCase();

const findTag = ({ state: { tags } }: Cloud, name: string) =>
  Object.hasOwn(tags, name.toLowerCase()) ? tags[name.toLowerCase()] : undefined;

/** Makes the tags that are new, as creating a machine or a volume with tags does. */
export function useTags(cloud: Cloud, names: string[]): string[] {
  return names.map((name) => {
    if (!NAME.test(name)) throw unprocessable(INVALID);
    return (findTag(cloud, name) ?? (cloud.state.tags[name.toLowerCase()] = { name })).name;
  });
}

/** Firewalls do not make tags: they take existing ones only. */
export function requireTags(cloud: Cloud, names: string[]): string[] {
  return names.map((name) => {
    const tag = findTag(cloud, name);
    if (!tag) throw notFound(`tag "${name}" was not found: create it first, a firewall does not`);
    return tag.name;
  });
}

export const hasTag = (thing: { tags: string[] }, name: string) => thing.tags.some(same(name));

function tagged(cloud: Cloud, name: string) {
  const { droplets, volumes, databases, images, volume_snapshots: snapshots } = cloud.state;
  const base = 'https://api.digitalocean.com/v2';
  const count = (things: { tags: string[] }[], uri: (last: never) => string) => {
    const found = things.filter((thing) => hasTag(thing, name));
    return { count: found.length, ...(found.length > 0 && { last_tagged_uri: uri(found.at(-1) as never) }) };
  };
  const kinds = {
    droplets: count(Object.values(droplets), ({ id }: { id: number }) => `${base}/droplets/${id}`),
    volumes: count(Object.values(volumes), ({ id }: { id: string }) => `${base}/volumes/${id}`),
    databases: count(Object.values(databases), ({ id }: { id: string }) => `${base}/databases/${id}`),
    images: count(
      Object.values(images).filter(({ status }) => status !== 'deleted'),
      ({ id }: { id: number }) => `${base}/images/${id}`,
    ),
    volume_snapshots: count(Object.values(snapshots), ({ id }: { id: string }) => `${base}/snapshots/${id}`),
  };
  const all = Object.values(kinds) as { count: number; last_tagged_uri?: string }[];
  const last = all.find((kind) => kind.last_tagged_uri)?.last_tagged_uri;
  return { count: all.reduce((sum, kind) => sum + kind.count, 0), ...(last && { last_tagged_uri: last }), ...kinds };
}

const resources = z.object({
  resources: z.array(
    z.object({
      resource_id: z.coerce.string(),
      resource_type: z.enum(['droplet', 'image', 'volume', 'volume_snapshot', 'database']),
    }),
  ),
});

export function mountTags(api: Api, cloud: Cloud): void {
  const { state } = cloud;
  const render = ({ name }: { name: string }) => ({ name, resources: tagged(cloud, name) });

  function target({ resource_id: id, resource_type: type }: z.infer<typeof resources>['resources'][number]) {
    if (type === 'droplet') return cloud.find(state.droplets, id);
    if (type === 'volume') return cloud.find(state.volumes, id);
    if (type === 'database') return cloud.find(state.databases, id);
    if (type === 'volume_snapshot') return cloud.find(state.volume_snapshots, id);
    return cloud.find(state.images, id);
  }

  function drop(name: string, from: { tags: string[] }): void {
    from.tags = from.tags.filter((tag) => !same(name)(tag));
  }

  function require(name: string) {
    const tag = findTag(cloud, name);
    if (!tag) throw notFound();
    return tag;
  }

  api.get('/v2/tags', (call) => page(call, 'tags', Object.values(state.tags).map(render)));

  api.post('/v2/tags', async (call) => {
    const { name } = await body(call, z.object({ name: z.string() }));
    const [kept] = useTags(cloud, [name]);
    return call.json({ tag: render({ name: kept }) }, 201);
  });

  api.get('/v2/tags/:tag', (call) => call.json({ tag: render(require(call.req.param('tag'))) }));

  api.delete('/v2/tags/:tag', (call) => {
    const { name } = require(call.req.param('tag'));
    for (const table of [
      state.droplets,
      state.volumes,
      state.databases,
      state.firewalls,
      state.images,
      state.volume_snapshots,
    ]) {
      for (const thing of Object.values<{ tags: string[] }>(table)) drop(name, thing);
    }
    delete state.tags[name.toLowerCase()];
    return call.body(null, 204);
  });

  api.post('/v2/tags/:tag/resources', async (call) => {
    const { name } = require(call.req.param('tag'));
    const targets = (await body(call, resources)).resources.map(target);
    for (const thing of targets) if (!hasTag(thing, name)) thing.tags.push(name);
    return call.body(null, 204);
  });

  api.delete('/v2/tags/:tag/resources', async (call) => {
    const { name } = require(call.req.param('tag'));
    const targets = (await body(call, resources)).resources.map(target);
    for (const thing of targets) drop(name, thing);
    return call.body(null, 204);
  });
}
