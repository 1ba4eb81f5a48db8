import type { ContentfulStatusCode } from 'hono/utils/http-status';

export interface FieldError {
  resource: string;
  code: string;
  field: string;
  message?: string;
}

/** An answer that is an error, in GitHub's form: `{ message, errors?, documentation_url, status }`. */
export class ApiError extends Error {
  constructor(
    readonly status: ContentfulStatusCode,
    message: string,
    readonly errors?: FieldError[],
  ) {
    super(message);
  }
}

export const notFound = () => new ApiError(404, 'Not Found');
export const alreadyExists = (what: string) => new ApiError(409, `Already exists - ${what} already exists`);
export const invalid = (message: string) => new ApiError(422, message);

export const failedValidation = (resource: string, field: string, message: string) =>
  new ApiError(422, 'Validation Failed', [{ resource, code: 'custom', field, message }]);
