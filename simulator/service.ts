import type { RequestListener } from 'node:http';

export type ServiceName = 'digitalocean' | 'spaces' | 'github';

/** One simulated vendor: answers HTTP as the vendor would. */
export interface Service {
  readonly name: ServiceName;
  readonly listener: RequestListener;
}
