import { SshKey } from '@cdktf/provider-digitalocean/lib/ssh-key';
import { Construct } from 'constructs';

export interface SshKeysProps {
  /** Prefix of the keys' names in the account. */
  readonly prefix: string;
  /** Public keys by the name of who holds them. */
  readonly keys: Readonly<Record<string, string>>;
}

/** Public keys that a machine accepts from when it is made. */
export class SshKeys extends Construct {
  readonly ids: readonly string[];

  constructor(scope: Construct, id: string, { prefix, keys }: SshKeysProps) {
    super(scope, id);
    this.ids = Object.entries(keys).map(
      ([holder, publicKey]) => new SshKey(this, holder, { name: `${prefix}-${holder}`, publicKey }).id,
    );
  }
}
