import type { State } from '../digitalocean';
import type { NameRecord, Resolve } from './name-server';

/** Answers from the domains of an account, as they are when it is asked: addresses, aliases and names with a star. */
export const lookUp = (domains: State['domains']): Resolve =>
  function resolve(name, seen: readonly string[] = []): NameRecord[] | undefined {
    // an alias that leads back to itself leads nowhere
    if (seen.includes(name)) return [];
    const domain = Object.values(domains)
      .filter((each) => name === each.name || name.endsWith(`.${each.name}`))
      .sort((one, other) => other.name.length - one.name.length)[0];
    if (!domain) return undefined;
    const relative = name === domain.name ? '@' : name.slice(0, -domain.name.length - 1);
    const all = Object.values(domain.records);
    const exact = all.filter((record) => record.name.toLowerCase() === relative);
    const isParent = all.some((record) => record.name.toLowerCase().endsWith(`.${relative}`));
    const found =
      exact.length > 0 || isParent
        ? exact
        : all.filter((record) => record.name.toLowerCase() === starOf(relative, all));
    if (found.length === 0 && !isParent) return undefined;
    const whole = (data: string): string => (data === '@' ? domain.name : data.toLowerCase());
    return found.flatMap(({ type, data }): NameRecord[] => {
      if (type === 'A')
        return data === '@'
          ? (resolve(domain.name, [...seen, name])?.map((record) => ({ ...record, name })) ?? [])
          : [{ name, type, data }];
      if (type === 'CNAME')
        return [{ name, type, data: whole(data) }, ...(resolve(whole(data), [...seen, name]) ?? [])];
      return [];
    });
  };

/** The closest star above a name; one that exists on the way covers it for itself (RFC 4592). */
function starOf(relative: string, all: readonly { name: string }[]): string | undefined {
  for (let above = relative; above !== '';) {
    above = above.includes('.') ? above.slice(above.indexOf('.') + 1) : '';
    const star = above === '' ? '*' : `*.${above}`;
    if (all.some(({ name }) => name.toLowerCase() === star)) return star;
    if (above !== '' && all.some(({ name }) => name.toLowerCase() === above)) return undefined;
  }
  return undefined;
}
