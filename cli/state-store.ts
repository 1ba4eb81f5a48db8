import type { State } from '../definition/state';
import { type ObjectStore, ObjectStoreError, type ObjectStoreKey } from '../lib/object-store';
import type { RecordStore } from '../plan/record-store';
import { objectStore } from './object-store';

/** The key that opens the state: Terraform's own variables, else those of the provider. */
export function stateCredentials(): ObjectStoreKey {
  const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, SPACES_ACCESS_KEY_ID, SPACES_SECRET_ACCESS_KEY } = process.env;
  if (AWS_ACCESS_KEY_ID && AWS_SECRET_ACCESS_KEY)
    return { accessKeyId: AWS_ACCESS_KEY_ID, secretAccessKey: AWS_SECRET_ACCESS_KEY };
  if (SPACES_ACCESS_KEY_ID && SPACES_SECRET_ACCESS_KEY)
    return { accessKeyId: SPACES_ACCESS_KEY_ID, secretAccessKey: SPACES_SECRET_ACCESS_KEY };
  throw new Error(
    'AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not set: reviews and history lie beside the state, and the Spaces key that opens it is needed',
  );
}

/** The bucket of the state, for what lies beside it. */
export class StateStore implements RecordStore {
  private readonly store: ObjectStore;

  constructor(
    private readonly state: State,
    key: ObjectStoreKey = stateCredentials(),
  ) {
    this.store = objectStore(state.region, key);
  }

  async get(key: string): Promise<string | undefined> {
    const { bucket } = this.state;
    const body = await this.store
      .read(bucket, key)
      .catch(explained((reason) => `${bucket}/${key}: ${reason}: may this key read the bucket?`));
    return body?.toString('utf8');
  }

  async list(prefix: string): Promise<string[]> {
    const { bucket, region } = this.state;
    return this.store
      .list(bucket, prefix)
      .catch(
        explained((reason, status) =>
          status === 404
            ? `there is no bucket ${bucket} in ${region}: \`npx berth bootstrap\` makes it, once per project`
            : `${bucket}/${prefix}: ${reason}: may this key list the bucket?`,
        ),
      );
  }

  async put(key: string, text: string): Promise<void> {
    const { bucket } = this.state;
    await this.store
      .put(bucket, key, text, 'application/json')
      .catch(
        explained(
          (reason) => `${bucket}/${key} could not be written (${reason}): may this key write to the state bucket?`,
        ),
      );
  }

  /** An object that does not exist is no error. */
  async remove(key: string): Promise<void> {
    const { bucket } = this.state;
    await this.store
      .delete(bucket, key)
      .catch(
        explained(
          (reason) => `${bucket}/${key} could not be removed (${reason}): may this key write to the state bucket?`,
        ),
      );
  }

  /** The version of an environment's state that is current now: what to go back to. `undefined` without a state, or without versioning. */
  stateVersion(environment: string): Promise<string | undefined> {
    return this.store.version(this.state.bucket, `${environment}/terraform.tfstate`);
  }
}

/** Says what to do about a request that the store refused; other errors stay as they are. */
const explained =
  (message: (reason: string, status: number) => string) =>
  (error: unknown): never => {
    throw error instanceof ObjectStoreError ? new Error(message(error.reason, error.status), { cause: error }) : error;
  };
