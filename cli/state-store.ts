import { setTimeout as sleep } from 'node:timers/promises';
import { XMLParser } from 'fast-xml-parser';
import type { State } from '../definition/state';
import type { RecordStore } from '../plan/record-store';
import { Bucket } from './bucket';
import { type SpacesAnswer, type SpacesCredentials, spacesRequest } from './spaces-request';

const attempts = 3;

/** The key that opens the state: Terraform's own variables, else those of the provider. */
export function stateCredentials(): SpacesCredentials {
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
  private readonly reader: Bucket;

  constructor(
    private readonly state: State,
    private readonly credentials = stateCredentials(),
  ) {
    this.reader = new Bucket(credentials, state.region, state.bucket);
  }

  async get(key: string): Promise<string | undefined> {
    return (await this.reader.get(key))?.toString('utf8');
  }

  async list(prefix: string): Promise<string[]> {
    const keys = await this.reader.list(prefix);
    if (keys === undefined)
      throw new Error(
        `there is no bucket ${this.state.bucket} in ${this.state.region}: \`npx berth bootstrap\` makes it, once per project`,
      );
    return keys;
  }

  async put(key: string, text: string): Promise<void> {
    const { status, body } = await this.request({
      method: 'PUT',
      path: `/${this.state.bucket}/${key}`,
      headers: { 'content-type': 'application/json' },
      body: text,
    });
    if (status !== 200)
      throw new Error(
        `${this.state.bucket}/${key} could not be written (${`${status} ${/<Code>(\w+)<\/Code>/.exec(body)?.[1] ?? ''}`.trim()}): may this key write to the state bucket?`,
      );
  }

  /** One that is not there is no error. */
  async remove(key: string): Promise<void> {
    const { status, body } = await this.request({ method: 'DELETE', path: `/${this.state.bucket}/${key}` });
    if (status !== 204 && status !== 404)
      throw new Error(
        `${this.state.bucket}/${key} could not be removed (${`${status} ${/<Code>(\w+)<\/Code>/.exec(body)?.[1] ?? ''}`.trim()}): may this key write to the state bucket?`,
      );
  }

  /** The version of an environment's state that is current now: what to go back to. Nothing when there is no state, or no versions are kept. */
  async stateVersion(environment: string): Promise<string | undefined> {
    const key = `${environment}/terraform.tfstate`;
    const { status, body } = await this.request({
      method: 'GET',
      path: `/${this.state.bucket}?prefix=${encodeURIComponent(key)}&versions=`,
    });
    if (status !== 200) return undefined;
    const {
      ListVersionsResult: { Version = [] },
    } = versions.parse(body) as {
      ListVersionsResult: { Version?: { Key: string; VersionId: string; IsLatest: string }[] };
    };
    const latest = Version.find(({ Key, IsLatest }) => Key === key && IsLatest === 'true')?.VersionId;
    return latest === 'null' ? undefined : latest;
  }

  private async request(request: Parameters<typeof spacesRequest>[2]): Promise<SpacesAnswer> {
    for (let attempt = 1; ; attempt++) {
      try {
        const answer = await spacesRequest(this.credentials, this.state.region, request);
        if (answer.status < 500 || attempt === attempts) return answer;
      } catch (error) {
        if (attempt === attempts) throw error;
      }
      await sleep(attempt * 300);
    }
  }
}

const versions = new XMLParser({ isArray: (name) => name === 'Version', parseTagValue: false });
