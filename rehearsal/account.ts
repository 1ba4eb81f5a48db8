/** The credentials that work in a rehearsed cloud, and nowhere else. Commands inside a rehearsal get these and no others. */
export const account = {
  digitaloceanToken: 'rehearsal-digitalocean-token',
  /** A Spaces key with full access, as an account's owner has one. */
  spaces: { accessKey: 'DO00REHEARSALFULLACC', secretKey: 'rehearsal-spaces-secret-with-full-access-00' },
  githubToken: 'rehearsal-github-token',
} as const;
