/** Seconds until a container that does not answer yet counts as failed, where a service says nothing. */
export const startGraceDefault = 20;
