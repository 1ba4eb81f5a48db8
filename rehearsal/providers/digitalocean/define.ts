import { vendor } from '../define';
import { DigitalOcean } from './api';

export const { resource, dataSource, providerBlock } = vendor<DigitalOcean>('digitalocean');
