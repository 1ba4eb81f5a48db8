import { digitalocean } from '../providers/digitalocean';
import { type DigitalOceanAccess } from '../providers/digitalocean/api';
import { github } from '../providers/github';
import { type GitHubAccess } from '../providers/github/api';
import { hostProviders } from './host';

export interface StandInOptions {
  digitalocean: DigitalOceanAccess;
  github: GitHubAccess;
  /** Terraform checks plans and results as it does for new providers. The published providers are not checked so. */
  strict?: boolean;
  /** Between two looks at something that takes time, in milliseconds (default 15). The real providers look every 10 s. */
  pollMs?: number;
  /** Further attempts after a failed call (default 4). */
  retries?: number;
}

export interface StandIns {
  /** For the environment of each Terraform command. Ask for it anew before each one: its pid can change. */
  readonly env: { TF_REATTACH_PROVIDERS: string };
  close(): Promise<void>;
}

/** Serves the stand-ins for the DigitalOcean and GitHub providers to real Terraform. Nothing needs installing or downloading. */
export async function serveStandIns(options: StandInOptions): Promise<StandIns> {
  // A second of the real providers' waits between attempts (1 to 30 s) is ten milliseconds here.
  const patience = { retries: options.retries ?? 4, retryMs: 10, pollMs: options.pollMs ?? 15 };
  return hostProviders(
    {
      'digitalocean/digitalocean': digitalocean(options.digitalocean, patience),
      'integrations/github': github(options.github, patience),
    },
    { strict: options.strict },
  );
}
