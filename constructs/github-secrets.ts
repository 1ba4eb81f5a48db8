import { ActionsEnvironmentSecret } from '@cdktf/provider-github/lib/actions-environment-secret';
import { DataGithubActionsEnvironmentPublicKey } from '@cdktf/provider-github/lib/data-github-actions-environment-public-key';
import { Construct } from 'constructs';
import { expression } from './terraform-text';
import type { GitHubEnvironment } from './github-environment';

export interface GitHubSecretsProps {
  readonly environment: GitHubEnvironment;
  /** Ciphertexts, sealed once to the environment's public key: GitHub opens them, nobody else can. */
  readonly sealed: Readonly<Record<string, { readonly keyId: string; readonly sealed: string }>>;
  /** Values that Terraform itself made and keeps in its state, by reference. */
  readonly made: Readonly<Record<string, string>>;
}

/**
 * Secrets of a GitHub environment. Never give them `create_before_destroy`: GitHub knows a secret by its name, so
 * destroying the old one destroys the new one.
 */
export class GitHubSecrets extends Construct {
  constructor(scope: Construct, id: string, { environment, sealed, made }: GitHubSecretsProps) {
    super(scope, id);
    const place = { repository: environment.repository, environment: environment.name };
    for (const [secretName, plaintextValue] of Object.entries(made))
      new ActionsEnvironmentSecret(this, secretName, { ...place, secretName, plaintextValue });
    const entries = Object.entries(sealed);
    if (entries.length === 0) return;
    const key = new DataGithubActionsEnvironmentPublicKey(this, 'public-key', place);
    for (const [secretName, { keyId, sealed: encryptedValue }] of entries) {
      new ActionsEnvironmentSecret(this, secretName, {
        ...place,
        secretName,
        encryptedValue,
        lifecycle: {
          // the provider sends the current key's id with whatever ciphertext it has; GitHub would store what it cannot open
          precondition: [
            {
              condition: expression(`${key.fqn}.key_id == "${keyId}"`),
              errorMessage: `${secretName} was sealed to another key than the environment has now: set it again with \`npx berth secret set\`.`,
            },
          ],
        },
      });
    }
  }
}
