/** The credentials that work in a rehearsed cloud, and nowhere else. Commands inside a rehearsal get these and no others. */
export const account = {
  digitaloceanToken: 'rehearsal-digitalocean-token',
  /** A Spaces key with full access, as an account's owner has one. */
  spaces: { accessKey: 'DO00REHEARSALFULLACC', secretKey: 'rehearsal-spaces-secret-with-full-access-00' },
  /** Of `ada`, who may write. */
  githubToken: 'rehearsal-github-token',
  /** What a workflow is given, and what it is given for a fork's pull request; and somebody's who has no part in the repository. */
  github: { workflowToken: 'rehearsal-workflow-token', forkToken: 'rehearsal-fork-token', outsiderToken: 'rehearsal-outsider-token' },
} as const;
