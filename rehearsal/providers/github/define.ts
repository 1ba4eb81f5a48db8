import { vendor } from '../define';
import { GitHub } from './api';

export const { resource, dataSource, providerBlock } = vendor<GitHub>('github');
