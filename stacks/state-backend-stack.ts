import { SpacesBucket } from '@cdktf/provider-digitalocean/lib/spaces-bucket';
import type { Construct } from 'constructs';
import { Stack } from '../constructs/stack';
import { stateStackName } from '../definition/names';
import type { State } from '../definition/state';
import { layFrame } from './frame';

/**
 * The bucket that holds every environment's state, its own included. `berth bootstrap` makes the bucket, and this stack
 * takes it over by import: there is no state on anybody's disk.
 */
export class StateBackendStack extends Stack {
  constructor(scope: Construct, state: State) {
    super(scope, stateStackName);
    const { bucket, region } = state;
    layFrame(this, state);
    const bucketResource = new SpacesBucket(this, 'bucket', {
      name: bucket,
      region,
      acl: 'private',
      versioning: { enabled: true },
      lifecycleRule: [{ id: 'forget-old-states', enabled: true, noncurrentVersionExpiration: { days: 365 } }],
      lifecycle: { preventDestroy: true },
    });
    // not importFrom: it runs npm and terraform at every synth, to tell that both are there
    this.addOverride('import', [
      { to: `${SpacesBucket.tfResourceType}.${bucketResource.friendlyUniqueId}`, id: `${region},${bucket}` },
    ]);
  }
}
