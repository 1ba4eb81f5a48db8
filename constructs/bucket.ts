import { SpacesBucket, type SpacesBucketLifecycleRule } from '@cdktf/provider-digitalocean/lib/spaces-bucket';
import { Construct } from 'constructs';
import { parts } from '../definition/addresses';
import { TerraformData } from './terraform-data';

export interface BucketProps {
  readonly name: string;
  readonly region: string;
  readonly versioning: boolean;
  readonly lifecycle: readonly SpacesBucketLifecycleRule[];
  /** Terraform refuses to destroy it; unprotected, it is destroyed with what it holds. */
  readonly protect: boolean;
}

/**
 * A private bucket. The provider takes a new name for a change in place, does nothing, and says it is done
 * (v2.71.0); here a new name is what it is: another bucket, and the old one destroyed, which `protect` refuses.
 */
export class Bucket extends Construct {
  readonly name: string;
  readonly urn: string;

  constructor(scope: Construct, id: string, { name, region, versioning, lifecycle, protect }: BucketProps) {
    super(scope, id);
    const identity = new TerraformData(this, parts.name, { name });
    const bucket = new SpacesBucket(this, 'Resource', {
      name,
      region,
      acl: 'private',
      versioning: { enabled: versioning },
      lifecycleRule: [...lifecycle],
      forceDestroy: !protect,
      lifecycle: { preventDestroy: protect, replaceTriggeredBy: [identity.trigger] },
    });
    this.name = bucket.name;
    this.urn = bucket.urn;
  }
}
