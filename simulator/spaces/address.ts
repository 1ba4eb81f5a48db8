import { S3Error } from './error';

/** Where DigitalOcean offers Spaces. */
export const spacesRegions = [
  'ams3',
  'atl1',
  'blr1',
  'fra1',
  'lon1',
  'nyc3',
  'sfo2',
  'sfo3',
  'sgp1',
  'syd1',
  'tor1',
] as const;

/** What a request is about, read off its host and path. */
export interface Address {
  /** As the client signed it, with its port. */
  readonly host: string;
  /** Named by the host; a loopback address names none. */
  readonly region?: string;
  readonly bucket?: string;
  readonly key?: string;
  /** The bucket, when the host names it and the path does not. */
  readonly bucketOfHost?: string;
  /** The path as it was sent, percent-encoded: what a signature covers. */
  readonly path: string;
  readonly query: URLSearchParams;
}

const loopback = /^(?:(?<bucket>[^.]+)\.)?(?:localhost|127\.0\.0\.1|\[::1\])$/;
const spaces = /^(?:(?<bucket>[^.]+)\.)?(?<region>[a-z]+[0-9]+)(?:\.cdn)?\.(?:spaces\.test|digitaloceanspaces\.com)$/;

/**
 * Reads `bucket.fra1.spaces.test/key`, `fra1.spaces.test/bucket/key` and `127.0.0.1:1234/bucket/key`,
 * and the absolute form of the target (`GET http://bucket.fra1.spaces.test/key`), by which clients talk to a proxy.
 * Throws AccessDenied for a host that is not one of Spaces: nothing is ever forwarded to the world outside.
 */
export function readAddress(target: string, hostHeader: string): Address {
  const absolute = /^https?:\/\/([^/?#]*)(.*)$/i.exec(target);
  const host = absolute ? absolute[1]! : hostHeader;
  const [path = '', ...search] = (absolute ? absolute[2]! : target).split('?');
  const query = new URLSearchParams(search.join('?'));
  const place = placeOf(host);
  const plain = decodePath(path.startsWith('/') ? path : `/${path}`).slice(1);
  if (place.bucket)
    return { host, ...place, bucketOfHost: place.bucket, key: plain || undefined, path: path || '/', query };
  const slash = plain.indexOf('/');
  const bucket = slash < 0 ? plain : plain.slice(0, slash);
  const key = slash < 0 ? '' : plain.slice(slash + 1);
  return { host, region: place.region, bucket: bucket || undefined, key: key || undefined, path: path || '/', query };
}

function placeOf(host: string): { bucket?: string; region?: string } {
  const name = host.toLowerCase().replace(/:\d+$/, '').replace(/\.$/, '');
  const place = (loopback.exec(name) ?? spaces.exec(name))?.groups;
  if (place && (!place.region || (spacesRegions as readonly string[]).includes(place.region))) {
    return { bucket: place.bucket, region: place.region };
  }
  throw new S3Error(
    'AccessDenied',
    `The host "${host}" is not a Spaces endpoint, and the simulator forwards nothing. Use REGION.spaces.test, ` +
      `BUCKET.REGION.spaces.test or the same of digitaloceanspaces.com; regions are ${spacesRegions.join(', ')}.`,
  );
}

function decodePath(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    throw new S3Error('InvalidURI', `The path ${path} is not valid percent-encoding of UTF-8.`);
  }
}
