import { z } from 'zod';
import { actionsOf, renderAction } from './actions';
import { notFound, unprocessable } from './api-error';
import type { Cloud } from './cloud';
import { DEFAULT_BACKUPS, nextBackup, renderPolicy } from './droplet';
import { body, optionalText, page, type Api } from './http';
import { snapshotDroplet } from './snapshots';
import type { Action, BackupPolicy, Droplet } from './state';

const WEEKDAYS = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];

export const backupPolicy = z.object({
  plan: z.enum(['daily', 'weekly'], 'backup plan must be daily or weekly'),
  /** Of a weekly plan. */
  weekday: optionalText.refine(
    (day) => day === undefined || WEEKDAYS.includes(day),
    `backup weekday must be one of ${WEEKDAYS.join(', ')}`,
  ),
  hour: z
    .number()
    .refine((hour) => [0, 4, 8, 12, 16, 20].includes(hour), 'backup hour must be one of 0, 4, 8, 12, 16, 20'),
});

const request = z.object({
  type: z.string(),
  name: z.string().optional(),
  size: z.string().optional(),
  disk: z.boolean().default(false),
  backup_policy: backupPolicy.optional(),
});

type Request = z.infer<typeof request>;

interface Kind {
  /** Why the machine cannot do it now. */
  refuse?(droplet: Droplet, given: Request, cloud: Cloud): string | undefined;
  done(droplet: Droplet, action: Action, cloud: Cloud): void;
}

const whenOn = (droplet: Droplet) => (droplet.status === 'active' ? undefined : 'Droplet is already powered off.');
const off = (droplet: Droplet) => {
  droplet.status = 'off';
};
const on = (droplet: Droplet) => {
  droplet.status = 'active';
};

function refuseResize(droplet: Droplet, given: Request, cloud: Cloud): string | undefined {
  const size = cloud.sizes.find(given.size ?? '');
  if (!size) return 'You specified an invalid size for Droplet resize.';
  if (size.slug === droplet.size) return 'Droplet is already this size.';
  if (droplet.status === 'active') return 'Droplet is currently on. Please power it off to run this event.';
  // A disk never shrinks: after a resize with the disk the way back is closed.
  return size.disk < droplet.disk ? 'This size is not available because it has a smaller disk.' : undefined;
}

const KINDS: Record<string, Kind> = {
  power_off: { refuse: whenOn, done: off },
  shutdown: { refuse: whenOn, done: off },
  power_on: {
    refuse: (droplet) => (droplet.status === 'off' ? undefined : 'Droplet is already powered on.'),
    done: on,
  },
  reboot: {
    refuse: (droplet) =>
      droplet.status === 'active' ? undefined : 'Droplet is currently off. Please power it on to run this event.',
    done: on,
  },
  power_cycle: { done: on },
  resize: {
    refuse: refuseResize,
    done: (droplet, { params }, cloud) => {
      const size = cloud.sizes.find(params.size as string)!;
      Object.assign(droplet, {
        size: size.slug,
        memory: size.memory,
        vcpus: size.vcpus,
        ...(params.disk === true && { disk: size.disk }),
      });
    },
  },
  rename: {
    refuse: (_, { name }) =>
      /^[a-zA-Z0-9]?[a-z0-9A-Z.-]*[a-z0-9A-Z]$/.test(name ?? '')
        ? undefined
        : 'Only valid hostname characters are allowed. (a-z, A-Z, 0-9, . and -)',
    done: (droplet, { params }) => {
      droplet.name = params.name as string;
    },
  },
  snapshot: {
    done: (droplet, { params, started_at: at }, cloud) =>
      snapshotDroplet(cloud, droplet, (params.name as string | undefined) || `${droplet.name}-${at}`),
  },
  enable_ipv6: {
    refuse: ({ ipv6 }) => (ipv6 ? 'Droplet already has IPv6 enabled.' : undefined),
    done: (droplet) => {
      droplet.ipv6 = true;
    },
  },
  // Every machine has a private network since VPCs came; old clients still ask for it.
  enable_private_networking: { done: () => undefined },
  enable_backups: {
    refuse: ({ backups }) => (backups ? 'Backups are already enabled for this Droplet.' : undefined),
    done: (droplet, { params }) => Object.assign(droplet, { backups: true, backup_policy: params.backup_policy }),
  },
  disable_backups: {
    refuse: ({ backups }) => (backups ? undefined : 'Backups are not enabled for this Droplet.'),
    done: (droplet) => {
      Object.assign(droplet, { backups: false, backup_policy: undefined });
    },
  },
  change_backup_policy: {
    refuse: ({ backups }, given) =>
      !backups
        ? 'Backups are not enabled for this Droplet.'
        : given.backup_policy
          ? undefined
          : 'backup_policy is required to change the backup policy.',
    done: (droplet, { params }) => {
      droplet.backup_policy = params.backup_policy as BackupPolicy;
    },
  },
};

export function mountDropletActions(api: Api, cloud: Cloud): void {
  const { droplets } = cloud.state;

  for (const [type, kind] of Object.entries(KINDS)) {
    cloud.on(`droplet.${type}`, (action) => {
      const droplet = droplets[action.droplet!];
      if (droplet) kind.done(droplet, action, cloud);
    });
  }

  api.post('/v2/droplets/:droplet/actions', async (call) => {
    const droplet = cloud.find(droplets, call.req.param('droplet'));
    const { type, ...params } = await body(call, request);
    const kind = Object.hasOwn(KINDS, type) ? KINDS[type] : undefined;
    if (!kind)
      throw unprocessable(
        `${type} is not an action that the simulator knows: it knows ${Object.keys(KINDS).join(', ')}.`,
      );
    cloud.refuseIfBusy(droplet.id);
    const why = kind.refuse?.(droplet, { type, ...params }, cloud);
    if (why) throw unprocessable(why);
    const action = cloud.begin({
      type,
      resource_type: 'droplet',
      resource: String(droplet.id),
      droplet: droplet.id,
      region: droplet.region,
      params,
    });
    return call.json({ action: renderAction(cloud, action) }, 201);
  });

  api.get('/v2/droplets/:droplet/actions', (call) => {
    const { id } = cloud.find(droplets, call.req.param('droplet'));
    return page(
      call,
      'actions',
      actionsOf(cloud, 'droplet', String(id)).map((action) => renderAction(cloud, action)),
    );
  });

  api.get('/v2/droplets/:droplet/actions/:action', (call) => {
    const action = cloud.find(cloud.state.actions, call.req.param('action'));
    if (action.resource !== call.req.param('droplet')) throw notFound();
    return call.json({ action: renderAction(cloud, action) });
  });

  api.get('/v2/droplets/:droplet/backups/policy', (call) => {
    const droplet = cloud.find(droplets, call.req.param('droplet'));
    const policy = droplet.backups ? renderPolicy(droplet.backup_policy ?? DEFAULT_BACKUPS) : null;
    return call.json({
      policy: {
        droplet_id: droplet.id,
        backup_enabled: droplet.backups,
        ...(policy && { backup_policy: policy }),
        next_backup_window: nextBackup(droplet, cloud.now()),
      },
    });
  });
}
