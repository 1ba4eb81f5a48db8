/** A processor as Go and container images name it. */
export type Architecture = 'amd64' | 'arm64';

/** What machines that are booted here run on. */
export const ownArchitecture = (): Architecture => (process.arch === 'arm64' ? 'arm64' : 'amd64');

/** One that they do not run on. */
export const otherArchitecture = (): Architecture => (ownArchitecture() === 'amd64' ? 'arm64' : 'amd64');
