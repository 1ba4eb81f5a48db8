/** What S3 says when it refuses: the status and the usual words of each code. */
const refusals = {
  AccessDenied: [403, 'Access denied.'],
  AuthorizationHeaderMalformed: [400, 'The authorization header is malformed.'],
  AuthorizationQueryParametersError: [400, 'The query parameters of the presigned URL are malformed.'],
  BadDigest: [400, 'The checksum that was sent is not that of the content that arrived.'],
  BucketAlreadyOwnedByYou: [409, 'You own a bucket of this name already.'],
  BucketNotEmpty: [409, 'The bucket is not empty.'],
  EntityTooLarge: [400, 'The upload is larger than an object may be.'],
  EntityTooSmall: [400, 'A part that is not the last one is smaller than 5 MiB.'],
  IncompleteBody: [400, 'The body is not as long as its headers say.'],
  InternalError: [500, 'The simulated Spaces met an error of its own.'],
  InvalidAccessKeyId: [403, 'There is no such access key.'],
  InvalidArgument: [400, 'An argument is not valid.'],
  InvalidBucketName: [
    400,
    'A bucket name has 3 to 63 lower-case letters, digits and dashes, and starts and ends with no dash.',
  ],
  InvalidDigest: [400, 'The Content-MD5 is not the base64 of an MD5 sum.'],
  InvalidLocationConstraint: [400, 'There is no such Spaces region.'],
  InvalidPart: [400, 'A part was not found, or its ETag is not the one that was given.'],
  InvalidPartOrder: [400, 'Parts must be listed in ascending order.'],
  InvalidRange: [416, 'The range lies outside of the object.'],
  InvalidRequest: [400, 'The request is not valid.'],
  InvalidEncryptionAlgorithmError: [400, 'The encryption algorithm is not valid.'],
  InvalidPolicyDocument: [400, 'The policy of the form is not valid.'],
  InvalidTag: [400, 'A tag is not valid.'],
  InvalidTargetBucketForLogging: [400, 'The bucket for the log cannot be used.'],
  InvalidURI: [400, 'The path is not valid percent-encoding.'],
  KeyTooLongError: [400, 'A key has at most 1,024 bytes.'],
  MalformedPolicy: [400, 'The policy is malformed.'],
  MalformedPOSTRequest: [400, 'The body of the POST request is not well-formed multipart/form-data.'],
  MalformedXML: [400, 'The XML is not well formed, or not what this operation takes.'],
  MetadataTooLarge: [400, 'User metadata may have at most 2 KiB.'],
  MethodNotAllowed: [405, 'The method is not allowed on this resource.'],
  MissingContentLength: [411, 'Content-Length is required.'],
  NoSuchBucket: [404, 'There is no such bucket.'],
  NoSuchBucketPolicy: [404, 'The bucket has no policy.'],
  NoSuchCORSConfiguration: [404, 'The bucket has no CORS configuration.'],
  NoSuchKey: [404, 'There is no such object.'],
  NoSuchLifecycleConfiguration: [404, 'The bucket has no lifecycle configuration.'],
  NoSuchTagSet: [404, 'The bucket has no tags.'],
  NoSuchUpload: [404, 'There is no such multipart upload: it may have been completed or aborted.'],
  NoSuchVersion: [404, 'There is no such version of the object.'],
  NoSuchWebsiteConfiguration: [404, 'The bucket has no website configuration.'],
  NotImplemented: [501, 'Spaces does not do this.'],
  PreconditionFailed: [412, 'A condition of the request does not hold.'],
  RequestTimeTooSkewed: [403, 'The time of the request is more than 15 minutes away from the time here.'],
  SignatureDoesNotMatch: [403, 'The signature is not the one that the secret of this key gives.'],
  TooManyBuckets: [400, 'An account has at most 100 buckets.'],
  XAmzContentSHA256Mismatch: [400, 'The x-amz-content-sha256 header is not the SHA-256 of the body.'],
} as const satisfies Record<string, readonly [status: number, message: string]>;

export type ErrorCode = keyof typeof refusals;

/** A refusal as S3 words it. Thrown anywhere below the listener, answered as XML by it. */
export class S3Error extends Error {
  readonly status: number;

  constructor(
    readonly code: ErrorCode,
    message: string = refusals[code][1],
    readonly headers: Record<string, string> = {},
  ) {
    super(message);
    this.status = refusals[code][0];
  }
}
