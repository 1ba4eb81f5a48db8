import { type Dynamic } from '../../terraform/value';
import { type DigitalOcean } from './api';

/** Takes tags off something and puts others on, each by its own calls; a new tag is created before it is used. */
export async function retag(
  api: DigitalOcean,
  type: string,
  id: string,
  before: Dynamic,
  after: Dynamic,
): Promise<void> {
  const resources = [{ resource_id: String(id), resource_type: type }];
  const old = (before ?? []) as string[];
  const now = (after ?? []) as string[];
  for (const name of old.filter((one) => !now.includes(one))) {
    await api.delete(`/v2/tags/${name}/resources`, 'Error updating tags', { resources });
  }
  for (const name of now.filter((one) => !old.includes(one))) {
    await api.post('/v2/tags', { name }, 'Error updating tags');
    await api.post(`/v2/tags/${name}/resources`, { resources }, 'Error updating tags');
  }
}
