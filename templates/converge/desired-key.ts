/** The object that the machine's agent pulls, under this key of the config bucket. */
export const desiredKey = 'desired.yaml';
