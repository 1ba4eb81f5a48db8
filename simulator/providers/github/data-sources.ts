import { between, oneOfQuoted } from '../../terraform/check';
import { type DataSource } from '../../terraform/resource';
import { type Dynamic, type Values } from '../../terraform/value';
import { goTime, pathEscape } from '../go';
import { type GitHub } from './api';
import { dataSource } from './define';

const repositoryData = dataSource('repository', {
  defaults: { homepage_url: '' },
  conflicts: { full_name: ['name'], name: ['full_name'] },
  async read(api, c) {
    const [owner, name] = c.full_name ? String(c.full_name).split('/') : [api.owner, c.name];
    if (!name) throw new Error('one of "full_name" or "name" has to be provided');
    const real = await api.find(`repos/${owner}/${name}`);
    // A repository that is not there is not an error: nothing is known of it.
    return real ? repositoryValues(real) : { id: '' };
  },
});

const copied = [
  'name',
  'full_name',
  'html_url',
  'svn_url',
  'git_url',
  'private',
  'visibility',
  'archived',
  'node_id',
  'fork',
  'is_template',
  'default_branch',
  'has_issues',
  'has_discussions',
  'has_projects',
  'has_downloads',
  'has_wiki',
  'allow_merge_commit',
  'allow_squash_merge',
  'allow_rebase_merge',
  'allow_auto_merge',
  'allow_update_branch',
  'delete_branch_on_merge',
  'squash_merge_commit_title',
  'squash_merge_commit_message',
  'merge_commit_title',
  'merge_commit_message',
];

const repositoryValues = (from: Values): Values => ({
  ...Object.fromEntries(copied.filter((name) => from[name] !== undefined).map((name) => [name, from[name]])),
  id: from.name,
  repo_id: from.id,
  description: from.description ?? '',
  homepage_url: from.homepage ?? '',
  primary_language: from.language ?? '',
  topics: from.topics ?? [],
  ssh_clone_url: from.ssh_url ?? '',
  git_clone_url: from.git_url ?? '',
  http_clone_url: from.clone_url ?? '',
  pages: [],
  repository_license: [],
  template: [],
});

const userData = dataSource('user', {
  async read(api, c) {
    const real: Dynamic = await api.get(`users/${c.username}`);
    // Keys are asked for apart; a user without any is nothing to fail over.
    const keys = async (kind: string, field: string): Promise<string[]> => {
      const list = await api.find(`users/${c.username}/${kind}`).catch(() => []);
      return (Array.isArray(list) ? list : []).map((one: Values) => one[field] as string);
    };
    const text = (name: string): string => real[name] ?? '';
    return {
      id: String(real.id),
      login: real.login,
      node_id: text('node_id'),
      avatar_url: text('avatar_url'),
      gravatar_id: text('gravatar_id'),
      site_admin: real.site_admin ?? false,
      company: text('company'),
      blog: text('blog'),
      location: text('location'),
      name: text('name'),
      email: text('email'),
      bio: text('bio'),
      gpg_keys: await keys('gpg_keys', 'raw_key'),
      ssh_keys: await keys('keys', 'key'),
      public_repos: real.public_repos ?? 0,
      public_gists: real.public_gists ?? 0,
      followers: real.followers ?? 0,
      following: real.following ?? 0,
      created_at: goTime(real.created_at),
      updated_at: goTime(real.updated_at),
      suspended_at: goTime(real.suspended_at),
    };
  },
});

const teamData = dataSource('team', {
  deprecated: { repositories: 'Use repositories_detailed instead.' },
  defaults: { membership_type: 'all', results_per_page: 100, summary_only: false },
  check: { membership_type: oneOfQuoted('all', 'immediate'), results_per_page: between(0, 100) },
  async read(api, c) {
    const real = await api.find(`orgs/${api.owner}/teams/${c.slug}`);
    if (!real) throw new Error(`could not find team ${c.slug} in organization ${api.owner}`);
    const list = async (kind: string): Promise<Values[]> => {
      if (c.summary_only) return [];
      return api.get(`organizations/${real.organization.id}/team/${real.id}/${kind}?per_page=${c.results_per_page}`);
    };
    const repositories = await list('repos');
    return {
      id: String(real.id),
      name: real.name,
      slug: real.slug,
      node_id: real.node_id ?? '',
      description: real.description ?? '',
      privacy: real.privacy ?? '',
      permission: real.permission ?? '',
      members: (await list('members')).map((one) => one.login),
      repositories: repositories.map((one) => one.name),
      repositories_detailed: repositories.map((one) => ({
        repo_id: one.id,
        repo_name: one.name,
        role_name: one.role_name ?? '',
      })),
    };
  },
});

const actionsPublicKeyData = dataSource('actions-public-key', {
  async read(api, c) {
    const { key_id, key } = await api.get(`${api.repo(c.repository)}/actions/secrets/public-key`);
    return { id: key_id, key_id, key };
  },
});

const actionsEnvironmentPublicKeyData = dataSource('actions-environment-public-key', {
  async read(api, c) {
    const { id } = await api.get(api.repo(c.repository));
    const { key_id, key } = await api.get(
      `repositories/${id}/environments/${pathEscape(c.environment)}/secrets/public-key`,
    );
    return { id: key_id, key_id, key };
  },
});

const dependabotPublicKeyData = dataSource('dependabot-public-key', {
  async read(api, c) {
    const { key_id, key } = await api.get(`${api.repo(c.repository)}/dependabot/secrets/public-key`);
    return { id: key_id, key_id, key };
  },
});

export const dataSources: DataSource<GitHub>[] = [
  actionsEnvironmentPublicKeyData,
  actionsPublicKeyData,
  dependabotPublicKeyData,
  repositoryData,
  teamData,
  userData,
];
