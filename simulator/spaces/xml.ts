import { XMLBuilder, XMLParser, XMLValidator } from 'fast-xml-parser';
import type { ZodType } from 'zod';
import { S3Error } from './error';

/** The elements that may repeat in the requests that S3 takes. */
const lists = new Set([
  'AllowedHeader',
  'AllowedMethod',
  'AllowedOrigin',
  'CORSRule',
  'ExposeHeader',
  'Grant',
  'Object',
  'Part',
  'RoutingRule',
  'Rule',
  'Tag',
]);

// Keys may begin or end with a blank and look like numbers, so values are neither trimmed nor converted.
const parser = new XMLParser({
  ignoreAttributes: true,
  parseTagValue: false,
  trimValues: false,
  htmlEntities: true,
  isArray: (name) => lists.has(name),
});
const builder = new XMLBuilder({ ignoreAttributes: false, attributeNamePrefix: '@', suppressEmptyNode: true });

/** What a key may hold and XML may not, at least not as it is: S3 writes them as references too. */
// eslint-disable-next-line no-control-regex
const controls = /[\u0000-\u0008\u000b-\u001f]/g;

/** An XML document whose root is `name`; fields that are undefined are left out, lists repeat their element. */
export function renderXml(name: string, content: object, xmlns = 'http://s3.amazonaws.com/doc/2006-03-01/'): string {
  const attributes = xmlns && { '@xmlns': xmlns };
  const xml: string = builder.build({ [name]: { ...(attributes || {}), ...content } });
  return `<?xml version="1.0" encoding="UTF-8"?>${xml.replace(controls, (sign) => `&#x${sign.charCodeAt(0).toString(16)};`)}`;
}

/** Reads a request's XML and checks it; throws MalformedXML with the place that is wrong. */
export function parseXml<T>(text: string, name: string, schema: ZodType<T>): T {
  const valid = XMLValidator.validate(text);
  if (valid !== true) throw new S3Error('MalformedXML', `The XML is not well formed: ${valid.err.msg}`);
  const document = parser.parse(text) as Record<string, unknown>;
  if (!(name in document)) throw new S3Error('MalformedXML', `The XML must have the root <${name}>.`);
  // An element that holds nothing but white space parses as text; here it is an element without children.
  const root = typeof document[name] === 'string' ? {} : document[name];
  const result = schema.safeParse(root);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new S3Error('MalformedXML', `${[name, ...(issue?.path ?? [])].join('/')}: ${issue?.message}.`);
}
