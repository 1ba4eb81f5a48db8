import { SpacesKey } from '@cdktf/provider-digitalocean/lib/spaces-key';
import { Construct } from 'constructs';
import type { Bucket } from './bucket';

export interface BucketKeyProps {
  readonly name: string;
  readonly grants: readonly { readonly bucket: Bucket; readonly permission: 'read' | 'readwrite' }[];
}

/** A key that opens these buckets and nothing else. Its secret is made by DigitalOcean and lives in the state. */
export class BucketKey extends Construct {
  readonly accessKey: string;
  readonly secretKey: string;

  constructor(scope: Construct, id: string, { name, grants }: BucketKeyProps) {
    super(scope, id);
    const key = new SpacesKey(this, 'Resource', {
      name,
      grant: grants.map(({ bucket, permission }) => ({ bucket: bucket.name, permission })),
    });
    this.accessKey = key.accessKey;
    this.secretKey = key.secretKey;
  }
}
