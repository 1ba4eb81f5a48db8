import type { IncomingMessage } from 'node:http';
import { S3Error } from './error';
import type { Content } from './version';

/** The headers that are kept with an object and come back with it. */
const keptHeaders = [
  'cache-control',
  'content-disposition',
  'content-encoding',
  'content-language',
  'content-type',
  'expires',
  'x-amz-website-redirect-location',
] as const;
const metadataPrefix = 'x-amz-meta-';
const mostMetadata = 2048;

/** What a request says of the object that it writes. */
export const readContent = (request: IncomingMessage): Content =>
  contentOf(
    Object.fromEntries(Object.entries(request.headersDistinct).map(([name, values]) => [name, values!.join(',')])),
  );

/** The same of a form's fields, by lower-case name. */
export function contentOf(fields: Readonly<Record<string, string>>): Content {
  const headers: Record<string, string> = {};
  for (const name of keptHeaders) {
    const value = fields[name];
    const kept = name === 'content-encoding' && value ? withoutFraming(value) : value;
    if (kept) headers[name] = kept;
  }
  const metadata: Record<string, string> = {};
  for (const [name, value] of Object.entries(fields)) {
    if (name.startsWith(metadataPrefix)) metadata[name.slice(metadataPrefix.length)] = value;
  }
  const size = Object.entries(metadata).reduce((sum, [name, value]) => sum + name.length + value.length, 0);
  if (size > mostMetadata) {
    throw new S3Error('MetadataTooLarge', `User metadata has ${size} bytes; at most ${mostMetadata} are allowed.`);
  }
  return { headers, metadata };
}

/** `aws-chunked` describes the way here and not the object. */
function withoutFraming(encodings: string): string {
  return encodings
    .split(',')
    .map((each) => each.trim())
    .filter((each) => each !== 'aws-chunked')
    .join(',');
}

/** The headers of an answer that gives the object. */
export function writeContent({ headers, metadata }: Content): Record<string, string> {
  const prefixed = Object.entries(metadata).map(([name, value]) => [metadataPrefix + name, value]);
  return { 'content-type': 'binary/octet-stream', ...headers, ...Object.fromEntries(prefixed) };
}
