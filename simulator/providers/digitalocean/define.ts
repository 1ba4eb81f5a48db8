import { vendor } from '../define';
import { type DigitalOcean } from './api';

export const { resource, dataSource, providerBlock } = vendor<DigitalOcean>('digitalocean');
