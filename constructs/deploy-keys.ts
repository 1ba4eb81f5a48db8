import { RepositoryDeployKey } from '@cdktf/provider-github/lib/repository-deploy-key';
import { Construct } from 'constructs';

export interface DeployKeysProps {
  readonly repository: string;
  /** Prefix of the keys' titles. */
  readonly environment: string;
  readonly keys: Readonly<Record<string, { readonly key: string; readonly write?: boolean }>>;
}

/** Keys that read (or write) one repository. Changing a key replaces it. */
export class DeployKeys extends Construct {
  constructor(scope: Construct, id: string, { repository, environment, keys }: DeployKeysProps) {
    super(scope, id);
    for (const [title, { key, write }] of Object.entries(keys)) {
      new RepositoryDeployKey(this, title, {
        repository,
        title: `${environment}-${title}`,
        key,
        readOnly: write !== true,
      });
    }
  }
}
