import type { IncomingMessage } from 'node:http';
import { S3Error } from './error';
import type { Content } from './version';

/** The headers that are kept with an object and come back with it. */
const keptHeaders = [
  'cache-control', 'content-disposition', 'content-encoding', 'content-language', 'content-type', 'expires',
  'x-amz-website-redirect-location',
] as const;
const metadataPrefix = 'x-amz-meta-';
const mostMetadata = 2048;

/** What a request says of the object that it writes. */
export function readContent(request: IncomingMessage): Content {
  const headers: Record<string, string> = {};
  for (const name of keptHeaders) {
    const value = request.headersDistinct[name]?.join(',');
    const kept = name === 'content-encoding' && value ? withoutFraming(value) : value;
    if (kept) headers[name] = kept;
  }
  const metadata: Record<string, string> = {};
  for (const [name, values] of Object.entries(request.headersDistinct)) {
    if (name.startsWith(metadataPrefix)) metadata[name.slice(metadataPrefix.length)] = values!.join(',');
  }
  const size = Object.entries(metadata).reduce((sum, [name, value]) => sum + name.length + value.length, 0);
  if (size > mostMetadata) {
    throw new S3Error('MetadataTooLarge', `User metadata has ${size} bytes; at most ${mostMetadata} are allowed.`);
  }
  return { headers, metadata };
}

/** `aws-chunked` describes the way here and not the object. */
function withoutFraming(encodings: string): string {
  return encodings.split(',').map((each) => each.trim()).filter((each) => each !== 'aws-chunked').join(',');
}

/** The headers of an answer that gives the object. */
export function writeContent({ headers, metadata }: Content): Record<string, string> {
  const prefixed = Object.entries(metadata).map(([name, value]) => [metadataPrefix + name, value]);
  return { 'content-type': 'binary/octet-stream', ...headers, ...Object.fromEntries(prefixed) };
}
