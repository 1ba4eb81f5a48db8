import type { ContentfulStatusCode } from 'hono/utils/http-status';

/** An answer that is an error, in DigitalOcean's form: `{ id, message, request_id }`. */
export class ApiError extends Error {
  constructor(
    readonly status: ContentfulStatusCode,
    readonly id: string,
    message: string,
  ) {
    super(message);
  }
}

export const notFound = (message = 'The resource you were accessing could not be found.') =>
  new ApiError(404, 'not_found', message);
export const unprocessable = (message: string) => new ApiError(422, 'unprocessable_entity', message);
export const conflict = (message: string) => new ApiError(409, 'conflict', message);
export const forbidden = (message: string) => new ApiError(403, 'forbidden', message);
export const preconditionFailed = (message: string) => new ApiError(412, 'precondition_failed', message);

/** What the vendor says to a machine, its volume or its address while an action still runs on the machine. */
export const pendingEvent = () => unprocessable('Droplet already has a pending event.');
