/** The codes of the distribution specification, and what each is in HTTP. */
const statuses = {
  BLOB_UNKNOWN: 404,
  DENIED: 403,
  DIGEST_INVALID: 400,
  MANIFEST_UNKNOWN: 404,
  NAME_INVALID: 400,
  NAME_UNKNOWN: 404,
  NOT_FOUND: 404,
  UNAUTHORIZED: 401,
  UNKNOWN: 500,
  UNSUPPORTED: 405,
} as const;

/** An answer that is not what was asked for, in a registry's own form. */
export class RegistryError extends Error {
  readonly status: number;
  readonly body: object;

  constructor(
    code: keyof typeof statuses,
    message: string,
    detail?: object,
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(message);
    this.status = statuses[code];
    this.body = { errors: [{ code, message, ...(detail && { detail }) }] };
  }
}
