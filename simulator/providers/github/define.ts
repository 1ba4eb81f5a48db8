import { vendor } from '../define';
import { type GitHub } from './api';

export const { resource, dataSource, providerBlock } = vendor<GitHub>('github');
