import { z } from 'zod';
import { notFound } from './api-error';
import { findEnvironment } from './environments';
import { body, pageOf, REPOSITORY, type Api, type Call } from './http';
import type { Store } from './store';
import { repositoryUrl } from './repository-view';
import type { DeploymentPolicy } from './state';

const name = z.string().min(1);

/** Which branches and tags may deploy to an environment. */
export function mountDeploymentPolicies(api: Api, store: Store): void {
  const render = (policy: DeploymentPolicy) => ({ node_id: store.nodeId('DBP', policy.id), ...policy });

  for (const base of REPOSITORY) {
    const path = `${base}/environments/:environment/deployment-branch-policies`;
    const environment = (call: Call) => findEnvironment(store, store.repository(call), call);
    const wanted = (call: Call) => store.find(environment(call).policies, call.req.param('policy')!);

    api.get(path, (call: Call) => {
      const policies = Object.values(environment(call).policies);
      return call.json({ total_count: policies.length, branch_policies: pageOf(call, policies).map(render) });
    });

    api.post(path, async (call: Call) => {
      const { policies, deployment_branch_policy: allowed, name: of } = environment(call);
      const given = await body(call, z.object({ name, type: z.enum(['branch', 'tag']).default('branch') }));
      if (!allowed?.custom_branch_policies) throw notFound();
      const same = Object.values(policies).find((policy) => policy.name === given.name && policy.type === given.type);
      if (same) {
        return call.redirect(
          `${repositoryUrl(store.repository(call))}/environments/${encodeURIComponent(of)}/deployment-branch-policies/${same.id}`,
          303,
        );
      }
      const id = 30_000_000 + store.count('policy');
      policies[id] = { id, ...given };
      return call.json(render(policies[id]));
    });

    api.get(`${path}/:policy`, (call: Call) => call.json(render(wanted(call))));

    api.put(`${path}/:policy`, async (call: Call) => {
      const policy = wanted(call);
      return call.json(render(Object.assign(policy, await body(call, z.object({ name })))));
    });

    api.delete(`${path}/:policy`, (call: Call) => {
      delete environment(call).policies[wanted(call).id];
      return call.body(null, 204);
    });
  }
}
