export { spacesRegions } from './address';
export type { ConditionalWrites } from './call';
export type { Grant, Permission, SpacesKey } from './key';
export { createSpaces } from './spaces';
export type { BucketSummary, Spaces, SpacesOptions, StoredObject } from './spaces';
