import { createHash } from 'node:crypto';
import { SpacesBucketObject } from '@cdktf/provider-digitalocean/lib/spaces-bucket-object';
import { Construct } from 'constructs';
import type { Bucket } from './bucket';

export interface ConfigObjectProps {
  readonly bucket: Bucket;
  readonly region: string;
  readonly key: string;
  /** Readable text: a plan shows a change to it line by line. */
  readonly text: string;
}

/** What the machine converges to, as one object that its agent pulls. */
export class ConfigObject extends Construct {
  readonly resource: SpacesBucketObject;

  constructor(scope: Construct, id: string, { bucket, region, key, text }: ConfigObjectProps) {
    super(scope, id);
    this.resource = new SpacesBucketObject(this, 'Resource', {
      bucket: bucket.name,
      region,
      key,
      content: text,
      contentType: 'application/yaml',
      // without it, an object changed behind Terraform's back would never be noticed
      etag: createHash('md5').update(text).digest('hex'),
    });
  }
}
