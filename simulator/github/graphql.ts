import { buildSchema, graphql } from 'graphql';
import { z } from 'zod';
import { body, type Api } from './http';
import type { Store } from './store';
import type { Team } from './state';

/** What published providers ask GraphQL for: who is in a team, and who they are themselves. */
const schema = buildSchema(`
  enum TeamMembershipType { ALL IMMEDIATE CHILD_TEAM }
  type Query { viewer: User!  organization(login: String!): Organization  user(login: String!): User }
  type PageInfo { endCursor: String  hasNextPage: Boolean! }
  type User { id: ID!  databaseId: Int  login: String!  name: String }
  type UserConnection { nodes: [User]  pageInfo: PageInfo!  totalCount: Int! }
  type Organization { id: ID!  databaseId: Int  login: String!  name: String  team(slug: String!): Team }
  type Team {
    id: ID!  databaseId: Int  name: String!  slug: String!  description: String
    members(first: Int, after: String, membership: TeamMembershipType = ALL): UserConnection!
  }
`);

export function mountGraphql(api: Api, store: Store): void {
  const { organizations, users, teams } = store.state;
  const user = (login: string) => {
    const found = Object.hasOwn(users, login.toLowerCase()) ? users[login.toLowerCase()]! : undefined;
    return found && { id: store.nodeId('U', found.id), databaseId: found.id, login: found.login, name: found.name };
  };

  const team = ({ id, name, slug, description, members }: Team) => ({
    id: store.nodeId('T', id),
    databaseId: id,
    name,
    slug,
    description: description ?? null,
    /** A cursor is the number of members before it. */
    members({ first = 100, after, membership }: { first?: number; after?: string; membership: string }) {
      const below =
        membership === 'IMMEDIATE'
          ? []
          : Object.values(teams)
              .filter(({ parent }) => parent === id)
              .flatMap((other) => other.members);
      const all = [...new Set([...(membership === 'CHILD_TEAM' ? [] : members), ...below])];
      const from = Number(after ?? 0);
      return {
        nodes: all.slice(from, from + first).map(user),
        pageInfo: {
          endCursor: all.length === 0 ? null : String(Math.min(from + first, all.length)),
          hasNextPage: from + first < all.length,
        },
        totalCount: all.length,
      };
    },
  });

  api.post('/graphql', async (call) => {
    const { query, variables } = await body(
      call,
      z.object({ query: z.string(), variables: z.record(z.string(), z.unknown()).nullish() }),
    );
    const rootValue = {
      viewer: user(store.caller(call).login),
      user: ({ login }: { login: string }) => user(login),
      organization({ login }: { login: string }) {
        const found = Object.hasOwn(organizations, login.toLowerCase())
          ? organizations[login.toLowerCase()]!
          : undefined;
        return (
          found && {
            id: store.nodeId('O', found.id),
            databaseId: found.id,
            login: found.login,
            name: found.login,
            team({ slug }: { slug: string }) {
              const one = Object.values(teams).find(
                (other) => other.organization === found.login && other.slug === slug,
              );
              return one && team(one);
            },
          }
        );
      },
    };
    return call.json(await graphql({ schema, source: query, rootValue, variableValues: variables ?? {} }));
  });
}
