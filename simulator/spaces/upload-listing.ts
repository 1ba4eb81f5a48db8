import { owner } from './acl';
import { xmlAnswer } from './call';
import type { Answer, Call } from './call';
import { isAfter, keyWriter, listingOptions, paginate, readMax } from './listing';
import { findUpload } from './multipart';

/** Uploads that were begun and not ended: by key, then the oldest first. */
export function listMultipartUploads(call: Call): Answer {
  const options = listingOptions((name) => call.param(name), 'max-uploads');
  const write = keyWriter(call.param('encoding-type'));
  const keyMarker = call.param('key-marker') ?? '';
  const idMarker = call.param('upload-id-marker') ?? '';
  const all = [...call.bucket.uploads.values()].sort(
    (a, b) =>
      Buffer.compare(Buffer.from(a.key), Buffer.from(b.key)) || (a.initiated + a.id < b.initiated + b.id ? -1 : 1),
  );
  const marker = all.findIndex(({ key, id }) => key === keyMarker && id === idMarker);
  const rest = marker >= 0 ? all.slice(marker + 1) : all.filter(({ key }) => isAfter(key, keyMarker, options));
  const { entries, prefixes, next } = paginate(rest, ({ key }) => key, options);
  return xmlAnswer('ListMultipartUploadsResult', {
    Bucket: call.bucket.settings.name,
    KeyMarker: write(keyMarker),
    UploadIdMarker: idMarker,
    NextKeyMarker: next && write(next.name),
    NextUploadIdMarker: next?.entry?.id,
    Prefix: write(options.prefix),
    Delimiter: options.delimiter ? write(options.delimiter) : undefined,
    MaxUploads: options.max,
    IsTruncated: next !== undefined,
    Upload: entries.map(({ key, id, initiated }) => ({
      Key: write(key),
      UploadId: id,
      Initiator: owner,
      Owner: owner,
      StorageClass: 'STANDARD',
      Initiated: initiated,
    })),
    CommonPrefixes: prefixes.map((prefix) => ({ Prefix: write(prefix) })),
  });
}

export function listParts(call: Call): Answer {
  const upload = findUpload(call);
  const max = readMax(call.param('max-parts'), 'max-parts');
  const marker = readMax(call.param('part-number-marker') ?? '0', 'part-number-marker');
  const all = Object.entries(upload.parts).map(([number, part]) => ({ number: Number(number), part }));
  const rest = all.filter(({ number }) => number > marker);
  const page = rest.slice(0, max);
  const truncated = max > 0 && rest.length > page.length;
  return xmlAnswer('ListPartsResult', {
    Bucket: call.bucket.settings.name,
    Key: upload.key,
    UploadId: upload.id,
    PartNumberMarker: marker,
    NextPartNumberMarker: truncated ? page.at(-1)!.number : undefined,
    MaxParts: max,
    IsTruncated: truncated,
    StorageClass: 'STANDARD',
    Part: page.map(({ number, part }) => ({
      PartNumber: number,
      LastModified: part.modified,
      ETag: `"${part.etag}"`,
      Size: part.blob.size,
    })),
  });
}
