import { defineState } from '../definition/state';

/** Where the state of every environment lives; `npx berth bootstrap` makes it. */
export const state = defineState({ bucket: 'asset-archive-state', region: 'fra1' });
