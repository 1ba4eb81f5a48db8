import { isZero } from '../terraform/compare';
import { type Dynamic, type Values } from '../terraform/value';

/** Without what Go's JSON encoder leaves out of a field marked `omitempty`: unset, empty, zero, false. */
export const omitEmpty = (values: Values): Values =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => !isZero(value)));

/** A Go slice without elements that was never made is `null` in JSON. */
export const nullIfEmpty = (list: Dynamic[] | null | undefined): Dynamic[] | null => (list?.length ? list : null);

/** A time as Go prints it (`Time.String`), which is how some attributes are stored: `2023-11-14 22:13:28 +0000 UTC`. */
export const goTime = (time: string | null | undefined): string =>
  time
    ? `${new Date(time)
        .toISOString()
        .replace('T', ' ')
        .replace(/\.\d+Z$/, '')} +0000 UTC`
    : '';

let counter = 0;

/** Ids of things that have none at the vendor, as Terraform's provider kit makes them: a time stamp and a counter. */
export function uniqueId(prefix: string): string {
  const time = new Date().toISOString().replace(/\D/g, '').padEnd(18, '0');
  return `${prefix}${time}${(++counter).toString(16).padStart(8, '0')}`;
}

/** Go's url.PathEscape. */
export const pathEscape = (text: string): string =>
  encodeURIComponent(text).replace(/%(24|26|2B|3A|3D|40)/g, decodeURIComponent);
