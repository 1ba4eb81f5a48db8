/** The object that the machine's agent pulls, under this key of the config bucket. */
export const desiredKey = 'desired.yaml';

/** Beside it, where datastores are managed: what services connect with, by service and variable. */
export const managedKey = 'managed.json';
