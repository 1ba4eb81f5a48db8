import { Construct } from 'constructs';
import { parts } from '../definition/addresses';
import { Bucket } from './bucket';

export interface EnvironmentBucketsProps {
  readonly region: string;
  readonly names: { readonly config: string; readonly exchange: string; readonly backups: string };
  /** Days that backups are kept. */
  readonly keepDays: number;
  readonly protect: boolean;
}

const abortUploads = { id: 'abort-uploads', enabled: true, abortIncompleteMultipartUploadDays: 7 };

/** The three buckets of an environment: what the machine is told, what it and CI say to each other, what is kept. */
export class EnvironmentBuckets extends Construct {
  readonly config: Bucket;
  readonly exchange: Bucket;
  readonly backups: Bucket;

  constructor(scope: Construct, id: string, { region, names, keepDays, protect }: EnvironmentBucketsProps) {
    super(scope, id);
    this.config = new Bucket(this, parts.config, {
      name: names.config,
      region,
      protect,
      versioning: true,
      lifecycle: [{ id: 'forget-old-versions', enabled: true, noncurrentVersionExpiration: { days: 365 } }],
    });
    this.exchange = new Bucket(this, parts.exchange, {
      name: names.exchange,
      region,
      protect,
      // logs and reports are written often and never changed
      versioning: false,
      lifecycle: [
        { id: 'forget-logs', enabled: true, prefix: 'logs/', expiration: { days: 30 } },
        // the machine removes what it has answered; what it cannot read stays no longer than this
        { id: 'forget-requests', enabled: true, prefix: 'releases/', expiration: { days: 30 } },
        abortUploads,
      ],
    });
    this.backups = new Bucket(this, parts.backups, {
      name: names.backups,
      region,
      protect,
      versioning: true,
      // the backup tool expires what it wrote; versions keep it a while longer, also from a stolen key
      lifecycle: [
        { id: 'forget-old-versions', enabled: true, noncurrentVersionExpiration: { days: keepDays } },
        abortUploads,
      ],
    });
  }
}
