import { type Dynamic, type Values } from '../../terraform/value';
import { first } from '../define';
import { uniqueId } from '../go';

const asList = (value: Dynamic): Dynamic[] =>
  value === undefined || value === '' ? [] : Array.isArray(value) ? value : [value];

/** A bucket's lifecycle rules as S3 takes them. A rule without an id is given one, since S3 tells rules apart by it. */
export function lifecycleDocument(rules: Values[]): object {
  const Rule = rules.map((rule) => {
    const expiration = first<Values>(rule.expiration);
    const noncurrent = first<Values>(rule.noncurrent_version_expiration);
    return {
      ID: rule.id || uniqueId('tf-s3-lifecycle-'),
      Filter: { Prefix: rule.prefix ?? '' },
      Status: rule.enabled ? 'Enabled' : 'Disabled',
      ...(rule.abort_incomplete_multipart_upload_days
        ? { AbortIncompleteMultipartUpload: { DaysAfterInitiation: rule.abort_incomplete_multipart_upload_days } }
        : {}),
      ...(expiration ? { Expiration: expirationDocument(expiration) } : {}),
      ...(noncurrent?.days ? { NoncurrentVersionExpiration: { NoncurrentDays: noncurrent.days } } : {}),
    };
  });
  return { LifecycleConfiguration: { Rule } };
}

function expirationDocument({ date, days, expired_object_delete_marker: marker }: Values): object {
  if (date) return { Date: `${date}T00:00:00Z` };
  return days ? { Days: days } : { ExpiredObjectDeleteMarker: marker ?? false };
}

/** What S3 says of a bucket's lifecycle, as the resource has it. */
export function lifecycleRules(document: Dynamic): Values[] {
  return asList(document?.LifecycleConfiguration?.Rule).map((rule) => {
    const {
      Expiration: expiration,
      NoncurrentVersionExpiration: noncurrent,
      AbortIncompleteMultipartUpload: abort,
    } = rule;
    return {
      id: rule.ID ?? '',
      prefix: rule.Filter?.Prefix ?? rule.Prefix ?? '',
      enabled: rule.Status === 'Enabled',
      abort_incomplete_multipart_upload_days: Number(abort?.DaysAfterInitiation ?? 0),
      expiration: expiration
        ? [
            {
              date: expiration.Date ? String(expiration.Date).slice(0, 10) : '',
              days: expiration.Days ? Number(expiration.Days) : null,
              expired_object_delete_marker: expiration.ExpiredObjectDeleteMarker === 'true' ? true : null,
            },
          ]
        : [],
      noncurrent_version_expiration: noncurrent ? [{ days: Number(noncurrent.NoncurrentDays) }] : [],
    };
  });
}
