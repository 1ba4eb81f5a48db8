import { SpacesBucketObject } from '@cdktf/provider-digitalocean/lib/spaces-bucket-object';
import { AssetType, TerraformAsset } from 'cdktf';
import { Construct } from 'constructs';
import { parts } from '../definition/addresses';
import type { Bucket } from './bucket';
import { expression } from './terraform-text';

export interface AgentObjectsProps {
  readonly bucket: Bucket;
  readonly region: string;
  /** The bundle's file, and the SHA-256 of its bytes. */
  readonly path: string;
  readonly digest: string;
}

/**
 * The agent in the config bucket, with its digest beside it: improving it replaces no machine. A plan shows the digest; the
 * bundle's text is hidden there, because it is long and says nothing (its source is in `agent/`).
 */
export class AgentObjects extends Construct {
  /** The last of them: once it is there, a machine takes the agent. */
  readonly resource: SpacesBucketObject;

  constructor(scope: Construct, id: string, { bucket, region, path, digest }: AgentObjectsProps) {
    super(scope, id);
    const asset = new TerraformAsset(this, 'bundle', { path, type: AssetType.FILE });
    const bundle = new SpacesBucketObject(this, 'Resource', {
      bucket: bucket.name,
      region,
      key: 'agent/agent.js',
      contentType: 'text/javascript',
      content: expression(`sensitive(file("${asset.path}"))`),
      etag: expression(`filemd5("${asset.path}")`),
    });
    // after the bundle: a machine takes a bundle only when its digest fits
    this.resource = new SpacesBucketObject(this, parts.digest, {
      bucket: bucket.name,
      region,
      key: 'agent/agent.js.sha256',
      contentType: 'text/plain',
      content: `${digest}  agent.js\n`,
      dependsOn: [bundle],
    });
  }
}
