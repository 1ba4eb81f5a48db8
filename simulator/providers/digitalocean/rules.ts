import { type Check } from '../../terraform/schema';
import { type Dynamic } from '../../terraform/value';

/** The message says lowercase; capitals are accepted. */
export const tag: Check = (value) =>
  /^[a-zA-Z0-9:\-_]{1,255}$/.test(value)
    ? undefined
    : 'tags may contain lowercase letters, numbers, colons, dashes, and underscores; there is a limit of 255 characters per tag';

const folded = (list: Dynamic[] | null) => JSON.stringify((list ?? []).map((one) => String(one).toLowerCase()).sort());

/** Tags differ only in letters: the first spelling stays. */
export const sameTags = (prior: Dynamic, next: Dynamic): boolean => folded(prior) === folded(next);

export const lower = (value: string): string => value.toLowerCase();
export const sameText = (prior: Dynamic, next: Dynamic): boolean =>
  String(prior ?? '').toLowerCase() === String(next ?? '').toLowerCase();
export const sameTrimmed = (prior: Dynamic, next: Dynamic): boolean =>
  String(prior ?? '').trim() === String(next ?? '').trim();

/** Where a Spaces bucket can be; the provider's list (spaces_entities.go). */
export const spacesRegions = ['ams3', 'atl1', 'blr1', 'fra1', 'lon1', 'nyc3', 'sfo2', 'sfo3', 'sgp1', 'syd1', 'tor1'];
