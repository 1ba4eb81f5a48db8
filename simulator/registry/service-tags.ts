/** What the image of each tag has beside its version: how the service in it behaves (service/main.go). */
export const behaviours: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  ...Object.fromEntries(Array.from({ length: 50 }, (_, index) => [`v${index + 1}`, {}])),
  crash: { CRASH: 'config: DATABASE_URL is not set' },
  unhealthy: { NEVER_HEALTHY: 'migrations pending: relation "assets" does not exist' },
  slow: { HEALTHY_AFTER_MS: '8000' },
};

/** The tag of an image that is there for another architecture only. */
export const foreignTag = 'arm64';

/** Every tag that a service's repository has. */
export const serviceTags: readonly string[] = [...Object.keys(behaviours), foreignTag];
