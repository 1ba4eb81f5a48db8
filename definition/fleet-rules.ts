import type { Problem } from './problem';
import type { Environment } from './resolve';

/** What two environments may not both have; each problem names the environment that comes second. */
export function fleetRules(environments: readonly Environment[]): Map<string, Problem[]> {
  const problems = new Map<string, Problem[]>();
  const seen = new Map<string, string>();
  const once = (environment: Environment, key: string, path: string, message: (first: string) => string): void => {
    const first = seen.get(key);
    if (first === undefined) seen.set(key, environment.name);
    else problems.set(environment.name, [...(problems.get(environment.name) ?? []), { path, message: message(first) }]);
  };
  for (const environment of environments) {
    const { domain, github, names } = environment;
    once(environment, `domain ${domain}`, 'domain', (first) => `${domain} belongs to "${first}" already: each environment has a domain of its own`);
    once(environment, `github ${github.repository} ${environment.name}`, 'name', (first) => `"${first}" has this name already`);
    once(environment, `bucket ${names.configBucket}`, 'platform.bucketPrefix', (first) => `"${first}" has the same buckets: choose another prefix`);
    if (github.defaultBranch) {
      once(environment, `ruleset ${github.repository}`, 'github.defaultBranch', (first) => `"${first}" declares the rules of ${github.repository} already: one environment does it for all`);
    }
    for (const [title, { key }] of Object.entries(github.deployKeys)) {
      // docs.github.com: a deploy key is unique across all of GitHub
      once(environment, `key ${key.split(' ')[1]}`, `github.deployKeys.${title}`, (first) => `"${first}" uses this key already: GitHub takes each key once`);
    }
  }
  return problems;
}
