import { createHash } from 'node:crypto';
import type { Spaces } from './spaces';

/**
 * Where the machine says what its environment's secrets are sealed to: in the bucket that only its own key and the owner's open
 * (`stacks/environment-stack.ts`). CI's key writes the exchange bucket, and whoever has it must not have secrets sealed to themselves.
 */
export const recipientKey = 'machine/recipient';

/** A public key of age: X25519, as bech32. */
export const recipientPattern = /^age1[02-9ac-hj-np-z]{58}$/;

/** Leaves it there, when what lies there is another. */
export class RecipientNotice {
  private said: string | undefined;

  constructor(
    private readonly spaces: Pick<Spaces, 'get' | 'put'>,
    private readonly bucket: string,
  ) {}

  async keep(recipient: string | undefined): Promise<void> {
    if (recipient === undefined || recipient === this.said) return;
    const { status, etag } = await this.spaces.get(this.bucket, recipientKey);
    const md5 = createHash('md5').update(`${recipient}\n`).digest('hex');
    if (status !== 200 || etag?.replaceAll('"', '') !== md5)
      await this.spaces.put(this.bucket, recipientKey, `${recipient}\n`, 'text/plain');
    this.said = recipient;
  }
}
