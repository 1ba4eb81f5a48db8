import { z } from 'zod';
import { conflict, forbidden, preconditionFailed, unprocessable } from './api-error';
import type { Cloud } from './cloud';
import { body, page, type Api, type Call } from './http';
import { defaultProject, isKnown, normalUrn, refuseMove, refuseType } from './project';
import type { Project } from './state';

export { assignToDefault } from './project';

/** Every purpose of one's own is answered as "Other: …"; providers cut that off again. */
const PURPOSES = [
  'Just trying out DigitalOcean',
  'Class project / Educational purposes',
  'Website or blog',
  'Web Application',
  'Service or API',
  'Mobile Application',
  'Machine learning / AI / Data processing',
  'IoT',
  'Operational / Developer tooling',
];

const ENVIRONMENTS = { development: 'Development', staging: 'Staging', production: 'Production' } as const;

const name = z.string().min(1, "name can't be blank").max(175, 'name is too long (maximum is 175 characters)');
const text = z.string().max(255, 'description and purpose may have 255 characters at most');
/** In any case; empty when none was chosen, and kept empty. */
const environment = z.string().transform((given, check) => {
  const found = given.toLowerCase();
  if (found === '') return '';
  if (Object.hasOwn(ENVIRONMENTS, found)) return ENVIRONMENTS[found as keyof typeof ENVIRONMENTS];
  check.addIssue({
    code: 'custom',
    message: `environment must be one of Development, Staging, Production, got "${given}"`,
  });
  return z.NEVER;
});

/** What is left out, or sent as null, stays as it is. */
const unchanged = <T extends z.ZodType>(schema: T) => schema.nullish().transform((value) => value ?? undefined);

const purpose = (given: string) =>
  PURPOSES.includes(given) || given.startsWith('Other: ') ? given : `Other: ${given}`;

export function mountProjects(api: Api, cloud: Cloud): void {
  const { projects, assignments } = cloud.state;
  const render = (project: Project) => ({
    ...project,
    owner_uuid: '11111111-2222-4333-8444-555555555555',
    owner_id: 1,
  });
  const wanted = (call: Call): Project => {
    const id = call.req.param('project')!;
    return id === 'default' ? defaultProject(cloud) : cloud.find(projects, id);
  };
  const held = (project: Project) =>
    Object.entries(assignments).filter(([, assignment]) => assignment.project === project.id);

  function refuseDuplicate(wantedName: string, except?: Project): void {
    if (Object.values(projects).some((project) => project !== except && project.name === wantedName))
      throw conflict('name is already in use');
  }

  function resource(urn: string, assignedAt: string, status: string) {
    const [, type, id] = /^do:(\w+):(.+)$/.exec(urn)!;
    return { urn, assigned_at: assignedAt, links: { self: `https://api.digitalocean.com/v2/${type}s/${id}` }, status };
  }

  api.get('/v2/projects', (call) => page(call, 'projects', Object.values(projects).map(render)));

  api.post('/v2/projects', async (call) => {
    const given = await body(
      call,
      z.object({
        name,
        purpose: text.min(1, "purpose can't be blank"),
        description: text.default(''),
        environment: environment.default('Development'),
      }),
    );
    refuseDuplicate(given.name);
    const id = cloud.uuid('project');
    projects[id] = {
      id,
      is_default: false,
      created_at: cloud.now(),
      updated_at: cloud.now(),
      ...given,
      purpose: purpose(given.purpose),
    };
    return call.json({ project: render(projects[id]) }, 201);
  });

  api.get('/v2/projects/:project', (call) => call.json({ project: render(wanted(call)) }));

  api.on(['PUT', 'PATCH'], '/v2/projects/:project', async (call) => {
    const project = wanted(call);
    const given = await body(
      call,
      z.object({
        name: unchanged(name),
        purpose: unchanged(text),
        description: unchanged(text),
        environment: unchanged(environment),
        is_default: unchanged(z.boolean()),
      }),
    );
    if (given.name) refuseDuplicate(given.name, project);
    if (given.is_default === false && project.is_default)
      throw unprocessable('default project: make another project the default instead');
    if (given.is_default) for (const other of Object.values(projects)) other.is_default = false;
    const changes = Object.entries(given).filter(([, value]) => value !== undefined);
    Object.assign(
      project,
      Object.fromEntries(changes),
      given.purpose !== undefined && { purpose: purpose(given.purpose) },
      {
        updated_at: cloud.now(),
      },
    );
    return call.json({ project: render(project) });
  });

  api.delete('/v2/projects/:project', (call) => {
    const project = wanted(call);
    if (project.is_default) throw forbidden('the default project cannot be deleted');
    if (held(project).length > 0)
      throw preconditionFailed('cannot delete a project with resources: move them to another project first');
    delete projects[project.id];
    return call.body(null, 204);
  });

  api.get('/v2/projects/:project/resources', (call) =>
    page(
      call,
      'resources',
      held(wanted(call)).map(([urn, { assigned_at: at }]) => resource(urn, at, 'ok')),
    ),
  );

  api.post('/v2/projects/:project/resources', async (call) => {
    const project = wanted(call);
    const { resources } = await body(
      call,
      z.object({
        resources: z
          .array(z.string().regex(/^do:[a-z]+:.+$/, 'resources must be URNs, such as do:droplet:13457723'))
          .default([]),
      }),
    );
    const urns = resources.map(normalUrn);
    for (const urn of urns) refuseType(urn);
    for (const urn of urns) refuseMove(cloud, urn, project, urns);
    const answer = urns.map((urn) => {
      if (!isKnown(cloud, urn)) return resource(urn, cloud.now(), 'not_found');
      const before = assignments[urn];
      if (before?.project === project.id) return resource(urn, before.assigned_at, 'already_assigned');
      assignments[urn] = { project: project.id, assigned_at: cloud.now() };
      return resource(urn, assignments[urn].assigned_at, 'assigned');
    });
    // An assigned address follows its machine.
    for (const ip of Object.values(cloud.state.reserved_ips)) {
      const machine = ip.droplet === null ? undefined : assignments[`do:droplet:${ip.droplet}`];
      if (machine) assignments[`do:floatingip:${ip.ip}`] = { ...machine };
    }
    return call.json({ resources: answer });
  });
}
