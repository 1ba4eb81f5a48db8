import { S3Backend } from 'cdktf';
import type { Stack } from './stack';

export interface SpacesBackendProps {
  readonly bucket: string;
  /** Spaces region of the bucket. */
  readonly region: string;
  /** The stack's name: each keeps its state under a key of its own. */
  readonly stack: string;
}

/**
 * Terraform's S3 backend on DigitalOcean Spaces, with everything that this takes
 * (docs.digitalocean.com/products/spaces/reference/terraform-backend).
 *
 * Credentials come from AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY: written here they would end up in the JSON.
 * In CI set AWS_REQUEST_CHECKSUM_CALCULATION and AWS_RESPONSE_CHECKSUM_VALIDATION to `when_required` too.
 */
export class SpacesBackend extends S3Backend {
  constructor(scope: Stack, { bucket, region, stack }: SpacesBackendProps) {
    super(scope, {
      bucket,
      key: `${stack}/terraform.tfstate`,
      endpoints: { s3: `https://${region}.digitaloceanspaces.com` },
      // Spaces signs with this region wherever the bucket is
      region: 'us-east-1',
      skipCredentialsValidation: true,
      skipMetadataApiCheck: true,
      skipRegionValidation: true,
      skipRequestingAccountId: true,
      skipS3Checksum: true,
    });
    // a lock is a conditional PUT beside the state; cdktf 0.21 has no property for it yet
    scope.addOverride('terraform.backend.s3.use_lockfile', true);
  }
}
