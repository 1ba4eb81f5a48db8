/**
 * Requests that published providers send although the vendor's description forbids them (the vendors take them).
 * Nothing else is excused.
 */
const KNOWN: { method: string; path: RegExp; request?: RegExp; problem: RegExp; why: string }[] = [
  {
    method: 'POST|PUT',
    path: /^\/v2\/uptime\/checks(\/[^/]+)?$/,
    problem: /^request: .*'method'/,
    why: 'the provider knows no method',
  },
  {
    method: 'POST|PUT',
    path: /^\/v2\/uptime\/checks\/[^/]+\/alerts/,
    problem: /^request: \/comparison /,
    why: 'sends comparison ""',
  },
  {
    method: 'POST|PUT',
    path: /^\/v2\/firewalls/,
    request: /"protocol":"icmp","sources"/,
    problem: /^request: .*'ports'/,
    why: 'an icmp rule has no ports',
  },
  {
    method: 'PUT',
    path: /^\/repos\/[^/]+\/[^/]+\/environments\/[^/]+$/,
    problem: /^request: .*"can_admins_bypass"/,
    why: 'sends can_admins_bypass',
  },
  {
    method: 'POST',
    path: /^\/v2\/droplets\/\d+\/actions$/,
    request: /"change_backup_policy"/,
    problem: /^request: (\/type must be equal|\/ must match)/,
    why: "change_backup_policy is in the description's mapping, but its list of types forgot it",
  },
  {
    method: 'POST',
    path: /^\/v2\/droplets$/,
    request: /"volumes":\[.*\{/,
    problem: /^request: (\/volumes\/\d+ must be string|\/ must)/,
    why: 'the provider names a volume by an object with its id',
  },
  {
    method: 'POST|PUT|PATCH',
    path: /^\/v2\//,
    request: /:null/,
    problem: /^request: (\/[\w/]+ must be (array|boolean|string|object|equal)|\/ must)/,
    why: 'a client in Go sends what is not set as null',
  },
  {
    method: 'POST|PUT',
    path: /^\/v2\/(databases|droplets)/,
    request: /"(private_network_uuid|project_id|vpc_uuid|weekday|region)":""/,
    problem: /^request: (\/(private_network_uuid|project_id|vpc_uuid|backup_policy\/weekday|region) must|\/ must)/,
    why: 'a client in Go sends a text that is not set as ""',
  },
  {
    method: 'POST',
    path: /^\/v2\/projects$/,
    request: /"environment":"[a-z]*"/,
    problem: /^request: \/environment /,
    why: 'the provider takes any case, or none, and sends it as it is',
  },
  {
    method: 'GET|POST|PUT|PATCH',
    path: /^\/v2\/projects/,
    problem: /^answer: \/projects?(\/\d+)?\/environment must be equal/,
    why: 'a project that was made with environment "" is answered with it',
  },
  {
    method: 'PUT',
    path: /^\/v2\/domains\/[^/]+\/records\/\d+$/,
    problem: /^request: .*'type'/,
    why: "a record's type is not sent again",
  },
  {
    method: 'POST|DELETE',
    path: /^\/v2\/tags\/[^/]+\/resources$/,
    request: /"database"/,
    problem: /^request: \/resources\/\d+\/resource_type /,
    why: 'a database is tagged like everything else',
  },
  {
    method: 'GET|PUT|PATCH|DELETE',
    path: /^\/organizations\/\d+\/team\/\d+(\/|$)/,
    problem: /no such operation/,
    why: "a team by its organization's and its own id is not described; the provider asks so",
  },
  {
    method: 'POST|PATCH',
    path: /^\/(orgs\/[^/]+\/repos|user\/repos|repos\/[^/]+\/[^/]+)$/,
    problem:
      /^request: .*(has_downloads|has_discussions|allow_forking|web_commit_signoff_required|allow_update_branch|archived|visibility|topics)/,
    why: 'the provider sends one set of fields, whether it makes a repository or changes it',
  },
  {
    method: 'GET|PUT|DELETE',
    path: /^\/repositories\/\d+\/environments\/[^/]+\/secrets/,
    problem: /no such operation/,
    why: "an environment's secrets by the repository's id are not described, not even for GitHub Enterprise Server",
  },
];

export function isKnownViolation(method: string, path: string, request: unknown, problem: string): boolean {
  return KNOWN.some(
    (known) =>
      known.method.split('|').includes(method) &&
      known.path.test(path.split('?')[0]) &&
      (known.request?.test(JSON.stringify(request) ?? '') ?? true) &&
      known.problem.test(problem),
  );
}
