import { renderRegion } from './catalogue';
import type { Cloud } from './cloud';
import { page, type Api } from './http';
import type { Action } from './state';

export function renderAction(cloud: Cloud, action: Action) {
  return {
    id: action.id,
    status: action.completed_at === null ? 'in-progress' : 'completed',
    type: action.type,
    started_at: action.started_at,
    completed_at: action.completed_at,
    resource_id: ['droplet', 'image'].includes(action.resource_type) ? Number(action.resource) : null,
    resource_type: action.resource_type,
    ...(action.region && { region: renderRegion(cloud, action.region) }),
    region_slug: action.region ?? null,
  };
}

/** Newest first, as the vendor lists them. */
export const actionsOf = (cloud: Cloud, resourceType?: Action['resource_type'], resource?: string): Action[] =>
  Object.values(cloud.state.actions)
    .filter((action) => !resourceType || (action.resource_type === resourceType && action.resource === resource))
    .reverse();

export function mountActions(api: Api, cloud: Cloud): void {
  api.get('/v2/actions', (call) =>
    page(
      call,
      'actions',
      actionsOf(cloud).map((action) => renderAction(cloud, action)),
    ),
  );
  api.get('/v2/actions/:action', (call) =>
    call.json({ action: renderAction(cloud, cloud.find(cloud.state.actions, call.req.param('action'))) }),
  );
}
