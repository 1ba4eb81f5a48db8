import { dropletSize } from '../definition/sizes';
import { visible } from './change';
import {
  about,
  arrow,
  type Consequence,
  differs,
  facts,
  few,
  otherFacts,
  type Teller,
  type Whole,
} from './consequence';
import { kindOf, type ResourceChange } from './plan';
import { boots, generationsOf, successionOf } from './succession';

/** docs/machine.md, "Another machine": from the stop to the first answer. */
const replacement = {
  beside: {
    interruption: 'about a minute',
    says: 'it boots beside the former one, which serves meanwhile; then about a minute without service',
  },
  after: { interruption: 'two to three minutes', says: 'two to three minutes without service' },
} as const;
/** docs.digitalocean.com/products/droplets/how-to/resize: off, resized, on. */
const resize = 'about a minute';

/** The droplet, and what only follows it: attachment, assignment, its place in the project. */
export const tellMachine: Teller = (group, whole) => {
  const succession = successionOf(whole.plan);
  const own = group.changes.find(({ type }) => type === 'digitalocean_droplet')!;
  const droplet =
    succession && [succession.address, succession.previousAddress].includes(own.address) ? succession : own;
  const base = about(group);
  switch (kindOf(droplet)) {
    case 'create':
      return [
        {
          ...base,
          effect: 'created',
          what: made(droplet),
          says: 'boots and converges in two to three minutes',
          paths: ['platform.size', 'platform.region'],
        },
      ];
    case 'delete':
      return [
        {
          ...base,
          effect: 'destroyed',
          what: made(droplet, 'before'),
          ...fates(whole),
          says: `nothing serves any more${leftOver(whole)}`,
        },
      ];
    case 'replace':
      return [replaced(droplet, base, whole)];
    default:
      return [updated(droplet, base)];
  }
};

const made = (droplet: ResourceChange, side: 'before' | 'after' = 'after'): string =>
  [visible(droplet, side, 'size'), visible(droplet, side, 'region')]
    .filter((value) => typeof value === 'string')
    .join(' in ');

type Base = ReturnType<typeof about>;

function replaced(droplet: ResourceChange, base: Base, whole: Whole): Consequence {
  const generations = generationsOf(droplet);
  const forcing = generations
    ? ['size', 'image', 'region'].filter((name) => differs(droplet, name))
    : droplet.replacePaths
        .map((path) => String(path[0]))
        .filter((name, index, all) => all.indexOf(name) === index && (name !== 'vpc_uuid' || all.length === 1));
  const told = [...(generations ? [`generation ${generations.join(' → ')}`] : []), ...facts(droplet, ...forcing)];
  const fate = fates(whole);
  const meant = generations !== undefined || forcing.includes('region');
  const { interruption, says } = replacement[generations ? boots(whole.plan, droplet) : 'after'];
  return {
    ...base,
    effect: 'replaced',
    what: told.join(', ') || undefined,
    ...fate,
    interruption,
    says: `${says}${andThen(whole)}`,
    alternative: meant
      ? undefined
      : 'nothing asked for another machine: take the attribute back, or raise `platform.generation` if it is meant',
    paths: [
      ...(generations ? ['platform.generation'] : []),
      ...forcing.map(
        (name) =>
          ({ region: 'platform.region', image: 'platform.image', name: 'name', vpc_uuid: 'platform.ipRange' })[name] ??
          `platform.${name}`,
      ),
    ],
  };
}

const watched = ['size', 'backups', 'name', 'tags'] as const;

function updated(droplet: ResourceChange, base: Base): Consequence {
  const known: readonly string[] = watched.filter((name) => differs(droplet, name));
  const plans =
    differs(droplet, 'backup_policy', 0, 'plan') && !known.includes('backups')
      ? [arrow(droplet, 'backups', 'backup_policy', 0, 'plan')]
      : [];
  const what = few([
    ...known.map((name) =>
      name === 'backups'
        ? `backups ${onOff(visible(droplet, 'before', name))} → ${onOff(visible(droplet, 'after', name))}`
        : arrow(droplet, name, name),
    ),
    ...plans,
    ...otherFacts(droplet, ...watched, 'backup_policy'),
  ]);
  const paths = [
    ...(known.includes('size') ? ['platform.size'] : []),
    ...(known.includes('backups') || plans.length > 0 ? ['platform.backups'] : []),
  ];
  const small = smallerDisk(droplet);
  if (small !== undefined)
    return {
      ...base,
      effect: 'interrupted',
      what,
      data: 'kept',
      address: 'kept',
      says: `DigitalOcean refuses this: ${small}`,
      alternative:
        'raise `platform.generation` in the same edit, which makes another machine of that size beside this one, or take a size with as large a disk',
      paths,
    };
  if (known.includes('size')) {
    return {
      ...base,
      effect: 'interrupted',
      what,
      interruption: resize,
      data: 'kept',
      address: 'kept',
      says: `${resize} without service: it is switched off, resized and switched on; disk, volume, address and data stay`,
      paths,
    };
  }
  return { ...base, effect: 'changed', what, says: 'in place; it goes on running', paths };
}

/** Why DigitalOcean resizes no machine to a size (422, docs.digitalocean.com/products/droplets/how-to/resize): disks never become smaller. */
export function smallerDisk(droplet: ResourceChange): string | undefined {
  const [own, slug] = [visible(droplet, 'before', 'disk'), visible(droplet, 'after', 'size')];
  if (kindOf(droplet) !== 'update' || typeof own !== 'number' || typeof slug !== 'string' || !differs(droplet, 'size'))
    return undefined;
  const disk = dropletSize(slug)?.disk;
  return disk === undefined || disk >= own
    ? undefined
    : `${slug} has a disk of ${disk} GiB, and this machine has one of ${own} GiB`;
}

const onOff = (value: unknown): string => (value === true ? 'on' : 'off');

/** What becomes of what outlives a machine. */
function fates({ fate }: Whole): Pick<Consequence, 'data' | 'address' | 'secrets'> {
  const survives = (type: string): boolean => !['replace', 'delete'].includes(fate(type) ?? 'no-op');
  const [volume, address] = [survives('digitalocean_volume'), survives('digitalocean_reserved_ip')];
  // the key that secrets are sealed to lies on the volume
  return {
    data: volume ? 'kept' : 'lost',
    address: address ? 'kept' : 'lost',
    ...(volume ? {} : { secrets: 're-created' as const }),
  };
}

/** What is left of a machine that nothing takes the place of. */
function leftOver(whole: Whole): string {
  const { data, address } = fates(whole);
  if (data === 'lost' && address === 'lost') return '; its data and its address are lost';
  return data === 'lost'
    ? '; its data is lost, its address stays'
    : address === 'lost'
      ? '; its data stays, its address is lost'
      : '; volume, address and data stay';
}

function andThen(whole: Whole): string {
  const { data, address } = fates(whole);
  if (data === 'kept' && address === 'kept') return '; volume, address and data stay';
  if (data === 'lost' && address === 'lost')
    return "; volume, data and address are lost, and secrets must be sealed to the new machine's key";
  return data === 'lost'
    ? "; volume and data are lost, and secrets must be sealed to the new machine's key; the address stays"
    : '; volume and data stay, the address is another';
}
