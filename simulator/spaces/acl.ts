import { z } from 'zod';
import type { Call } from './call';
import { type Acl, cannedAcl, everybodyMay } from './canned-acl';
import { parseXml } from './xml';

export const everybody = 'http://acs.amazonaws.com/groups/global/AllUsers';
export const owner = { ID: 'rehearsal', DisplayName: 'rehearsal' };

const grantList = z.object({
  AccessControlList: z.object({
    Grant: z.array(z.object({ Grantee: z.object({ URI: z.string().optional() }), Permission: z.string() })).default([]),
  }),
});

/** The canned ACL that comes closest to a written-out one: all that matters here is what everybody may do. */
function aclOf(written: z.infer<typeof grantList>): Acl {
  const open = written.AccessControlList.Grant.filter(({ Grantee }) => Grantee.URI === everybody);
  const may = (what: string) => open.some(({ Permission }) => Permission === what || Permission === 'FULL_CONTROL');
  if (!may('READ')) return 'private';
  return may('WRITE') ? 'public-read-write' : 'public-read';
}

/** The ACL that a request sets: a canned one in a header, or a written-out one in the body. */
export async function readAcl(call: Call): Promise<Acl> {
  const header = call.header('x-amz-acl');
  const text = await call.readText();
  return header === undefined && text ? aclOf(parseXml(text, 'AccessControlPolicy', grantList)) : cannedAcl(header);
}

/** An ACL as `?acl` answers it. */
export function writtenAcl(acl: Acl): object {
  const to = (grantee: object, permission: string) => ({
    Grantee: { '@xmlns:xsi': 'http://www.w3.org/2001/XMLSchema-instance', ...grantee },
    Permission: permission,
  });
  const all = (permission: 'READ' | 'WRITE') =>
    everybodyMay(acl, permission) ? [to({ '@xsi:type': 'Group', URI: everybody }, permission)] : [];
  const own = to({ '@xsi:type': 'CanonicalUser', ...owner }, 'FULL_CONTROL');
  return { Owner: owner, AccessControlList: { Grant: [own, ...all('READ'), ...all('WRITE')] } };
}
