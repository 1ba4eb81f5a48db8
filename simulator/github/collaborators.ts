import { ApiError } from './api-error';
import { REPOSITORY, type Api, type Call } from './http';
import type { Store } from './store';
import { renderUser } from './owners';

/** What the API calls a role: it knows four permissions, and says the role beside them. */
const permission = { admin: 'admin', maintain: 'write', write: 'write', triage: 'read', read: 'read' } as const;

/** Each may do what those before it may. */
const roles = ['read', 'triage', 'write', 'maintain', 'admin'] as const;

/** https://docs.github.com/en/rest/collaborators/collaborators#get-repository-permissions-for-a-user */
export function mountCollaborators(api: Api, store: Store): void {
  for (const base of REPOSITORY) {
    api.get(`${base}/collaborators/:user/permission`, (call: Call) => {
      store.repository(call);
      const user = Object.hasOwn(store.state.users, call.req.param('user')!)
        ? store.state.users[call.req.param('user')!]
        : undefined;
      if (!user) throw new ApiError(404, `${call.req.param('user')} is not a user`);
      const role = user.role ?? 'write';
      const atLeast = (least: keyof typeof permission): boolean => roles.indexOf(role) >= roles.indexOf(least);
      const permissions = {
        pull: true,
        triage: atLeast('triage'),
        push: atLeast('write'),
        maintain: atLeast('maintain'),
        admin: atLeast('admin'),
      };
      return call.json({
        permission: permission[role],
        role_name: role,
        user: { ...renderUser(store, user), permissions, role_name: role },
      });
    });
  }
}
