import { Decoder, Encoder, ExtensionCodec } from '@msgpack/msgpack';

/** A value whose shape a schema describes at run time, as Terraform's are. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type Dynamic = any;
/** The attributes and blocks of one object. */
export type Values = Record<string, Dynamic>;

/**
 * The type of an attribute. In JSON it is what Terraform calls a type constraint; `set` differs from `list` only in that order
 * and repetition mean nothing.
 */
export type Type =
  'string' | 'number' | 'bool' | 'dynamic' | ['list' | 'set' | 'map', Type] | ['object', Record<string, Type>];

/** A value that is known after apply only. Terraform sends what it knows about it (extension 12), to be returned as it came. */
export class Unknown {
  constructor(
    readonly extension = 0,
    readonly data: Uint8Array = new Uint8Array([0]),
  ) {}
}
export const unknown = new Unknown();
export const isUnknown = (value: unknown): value is Unknown => value instanceof Unknown;

export const hasUnknown = (value: unknown): boolean =>
  isUnknown(value) || (value !== null && typeof value === 'object' && Object.values(value).some(hasUnknown));

/** The value without its unknown parts: what is left can be sent to a vendor. */
export function known(value: Dynamic): Dynamic {
  if (isUnknown(value) || value === null || typeof value !== 'object') return isUnknown(value) ? null : value;
  if (Array.isArray(value)) return value.map(known);
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, known(inner)]));
}

const extensions = new ExtensionCodec();
for (const extension of [0, 12]) {
  extensions.register({
    type: extension,
    encode: (value) => (isUnknown(value) && value.extension === extension ? value.data : null),
    decode: (data) => new Unknown(extension, data.slice()),
  });
}
const encoder = new Encoder({ extensionCodec: extensions, sortKeys: true });
const decoder = new Decoder({ extensionCodec: extensions });

// A fraction crosses the wire as decimal text: Terraform reads 0.1 exactly, and a binary double of it would be another number.
const outgoing = (value: Dynamic): Dynamic => {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? value : String(value);
  if (value === undefined) return null;
  if (value === null || typeof value !== 'object' || isUnknown(value)) return value;
  if (Array.isArray(value)) return value.map(outgoing);
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, outgoing(inner)]));
};

export interface Wire {
  msgpack?: Uint8Array | null;
  json?: Uint8Array | null;
}

export const pack = (value: Dynamic): Wire => ({ msgpack: encoder.encode(outgoing(value)) });

/** What arrived, as it came: numbers may be text, see `conform`. */
export function unpack(wire: Wire | null | undefined): Dynamic {
  if (wire?.msgpack?.length) return decoder.decode(wire.msgpack);
  if (wire?.json?.length) return JSON.parse(Buffer.from(wire.json).toString());
  return null;
}
