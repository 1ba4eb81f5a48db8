import { createHash } from 'node:crypto';
import { recipientKey } from '../contract/recipient';
import type { ObjectStore } from '../lib/object-store';

/** Leaves it there, when what lies there is another. */
export class RecipientNotice {
  private said: string | undefined;

  constructor(
    private readonly spaces: Pick<ObjectStore, 'get' | 'put'>,
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
