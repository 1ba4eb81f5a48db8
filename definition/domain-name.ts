import { domainToUnicode } from 'node:url';
import * as z from 'zod';

/** RFC 1035, 2.3.4: a label has at most 63 characters, a name 253 when it is written without its last dot. */
const longestLabel = 63;
export const longestDomain = 253;

export const dnsLabel = z
  .string()
  .regex(
    /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/,
    'one DNS label: at most 63 lower-case letters, digits and "-", starting and ending with a letter or digit',
  )
  .refine(
    (label) => !isReservedLabel(label),
    'a DNS label without "--" at its third place: only names in punycode ("xn--…") have that, and no certificate is issued for others',
  );

/** Boulder, Let's Encrypt's authority, refuses other names of this form (letsencrypt.org/docs, "reserved LDH labels"; RFC 5890, 2.3.1). */
const isReservedLabel = (label: string): boolean =>
  /^..--/.test(label) && (!label.startsWith('xn') || domainToUnicode(label) === '');

/** What is wrong with a domain; undefined when nothing is. Names of other alphabets come in punycode, as DNS has them. */
function problem(domain: string): string | undefined {
  if (domain.length > longestDomain)
    return `a domain of at most ${longestDomain} characters; this has ${domain.length}`;
  const labels = domain.split('.');
  const long = labels.find((label) => label.length > longestLabel);
  if (long !== undefined)
    return `a domain whose labels have at most ${longestLabel} characters each; "${long.slice(0, 12)}…" has ${long.length}`;
  if (/\P{ASCII}/u.test(domain)) return 'a domain in punycode, as DNS has it ("xn--…")';
  if (labels.length < 2 || !labels.every((label) => /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/.test(label)))
    return 'a domain name in lower case';
  if (!/^([a-z]{2,}|xn--[a-z0-9-]+)$/.test(labels.at(-1)!))
    return 'a domain name in lower case; its last label is letters, or punycode ("xn--…")';
  const reserved = labels.find(isReservedLabel);
  return reserved === undefined
    ? undefined
    : `a domain for which certificates are issued; "${reserved}" has "--" at its third place and is no punycode`;
}

export const domainName = z.string().superRefine((domain, context) => {
  const message = problem(domain);
  if (message !== undefined) context.addIssue({ code: 'custom', message });
});
