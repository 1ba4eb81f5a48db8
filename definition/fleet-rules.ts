import type { Problem } from './problem';
import { keyBody } from './public-key';
import type { Environment } from './resolve';
import type { State } from './state';

/** What two environments may not both have. For each environment its problems; the one that comes second is told. */
export function fleetRules(environments: readonly Environment[], state?: State): Problem[][] {
  const seen = new Map<string, string>();
  // the bucket that holds all states is nobody else's
  if (state) seen.set(`bucket ${state.bucket}`, 'environments/state.ts');
  return environments.map((environment) => {
    const problems: Problem[] = [];
    const once = (key: string, path: string, message: (first: string) => string): boolean => {
      const first = seen.get(key);
      if (first === undefined) seen.set(key, environment.name);
      else problems.push({ path, message: message(first) });
      return first === undefined;
    };
    const { name, domain, github, names, product } = environment;
    const repository = github.repository.toLowerCase();
    const named =
      once(`name ${name}`, 'name', () => 'another file has an environment of this name already: take another') &&
      once(
        `resources ${names.machine}`,
        'name',
        (first) =>
          `makes resources called "${names.machine}" (product "${product}"), and so does "${first}": take another name`,
      );
    once(
      `domain ${domain}`,
      'domain',
      (first) => `${domain} belongs to "${first}" already: each environment has a domain of its own`,
    );
    // names that are alike make buckets alike
    if (named)
      [names.configBucket, names.exchangeBucket, names.backupsBucket].every((bucket) =>
        once(
          `bucket ${bucket}`,
          'platform.bucketPrefix',
          (first) => `makes the bucket "${bucket}", which "${first}" has already: choose another prefix`,
        ),
      );
    if (github.defaultBranch) {
      once(
        `ruleset ${repository}`,
        'github.defaultBranch',
        (first) => `"${first}" declares the rules of ${github.repository} already: one environment does it for all`,
      );
    }
    for (const [title, { key }] of Object.entries(github.deployKeys)) {
      // docs.github.com: a deploy key is unique across all of GitHub
      once(
        `deploy key ${keyBody(key)}`,
        `github.deployKeys.${title}`,
        (first) => `"${first}" uses this key already: GitHub takes each key once`,
      );
    }
    return problems;
  });
}
