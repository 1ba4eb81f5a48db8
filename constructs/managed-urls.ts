import { SpacesBucketObject } from '@cdktf/provider-digitalocean/lib/spaces-bucket-object';
import { Construct } from 'constructs';
import type { Bucket } from './bucket';
import { withReferences } from './terraform-text';

export interface ManagedUrlsProps {
  readonly bucket: Bucket;
  readonly region: string;
  readonly key: string;
  /** By service and variable. References: Terraform fills them in, and keeps them in its state as it does the clusters' passwords. */
  readonly urls: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/** What services connect to managed datastores with, as an object that the machine's key alone can read. A plan shows nothing of it. */
export class ManagedUrls extends Construct {
  constructor(scope: Construct, id: string, { bucket, region, key, urls }: ManagedUrlsProps) {
    super(scope, id);
    new SpacesBucketObject(this, 'Resource', {
      bucket: bucket.name,
      region,
      key,
      content: text(urls),
      contentType: 'application/json',
    });
  }
}

/** JSON with marks, which become references only after the text was escaped. URLs hold nothing that JSON would escape. */
function text(urls: ManagedUrlsProps['urls']): string {
  const marks: Record<string, string> = {};
  const mark = (url: string): string => {
    const name = `@@URL_${Object.keys(marks).length}@@`;
    marks[name] = url;
    return name;
  };
  const marked = Object.fromEntries(
    Object.entries(urls).map(([service, variables]) => [
      service,
      Object.fromEntries(Object.entries(variables).map(([variable, url]) => [variable, mark(url)])),
    ]),
  );
  return withReferences(`${JSON.stringify(marked)}\n`, marks);
}
