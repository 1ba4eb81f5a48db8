import { account } from '../../simulator/account';
import { type Cloud, startCloud } from '../../scenario/cloud';
import { objectStore } from '../../cli/object-store';
import { StateStore } from '../../cli/state-store';

const state = { bucket: 'shop-state', region: 'fra1' } as const;
const credentials = { accessKeyId: account.spaces.accessKey, secretAccessKey: account.spaces.secretKey };
const before = process.env.AWS_ENDPOINT_URL_S3;
let failures = 0;
let cloud: Cloud;
let store: StateStore;
beforeEach(async () => {
  failures = 0;
  cloud = await startCloud({
    providers: 'registry',
    around: (service) => ({
      ...service,
      listener: (request, response) =>
        failures-- > 0 ? void response.writeHead(503).end() : service.listener(request, response),
    }),
  });
  process.env.AWS_ENDPOINT_URL_S3 = cloud.env().AWS_ENDPOINT_URL_S3;
  cloud.spaces.createBucket(state.bucket, state.region);
  store = new StateStore(state, credentials);
});
afterEach(async () => {
  await cloud.close();
  if (before === undefined) delete process.env.AWS_ENDPOINT_URL_S3;
  else process.env.AWS_ENDPOINT_URL_S3 = before;
});

test('what is put can be got and is listed, in order; what is not there is nothing', async () => {
  await store.put('history/staging/2.json', '{"said":"grüße"}');
  await store.put('history/staging/1.json', '{}');
  await store.put('reviews/staging/1.json', '{}');
  expect(await store.get('history/staging/2.json')).toBe('{"said":"grüße"}');
  expect(await store.get('history/staging/3.json')).toBeUndefined();
  expect(await store.list('history/staging/')).toEqual(['history/staging/1.json', 'history/staging/2.json']);
});

test('the version of a state is told where the bucket keeps versions', async () => {
  expect(await store.stateVersion('staging')).toBeUndefined();
  await store.put('staging/terraform.tfstate', 'one');
  expect(await store.stateVersion('staging')).toBeUndefined();
  const body = '<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>';
  expect(
    (
      await objectStore(state.region, credentials).request({
        method: 'PUT',
        path: `/${state.bucket}?versioning=`,
        body,
      })
    ).status,
  ).toBe(200);
  await store.put('staging/terraform.tfstate', 'two');
  const two = await store.stateVersion('staging');
  await store.put('staging/terraform.tfstate.tflock', 'lock');
  await store.put('staging/terraform.tfstate', 'three');
  const three = await store.stateVersion('staging');
  expect([two, three]).toEqual([expect.stringMatching(/^\S{8,}$/), expect.stringMatching(/^\S{8,}$/)]);
  expect(two).not.toBe(three);
});

test("what fails on the vendor's side is tried again; what stays refused is an error", async () => {
  failures = 2;
  await store.put('a', '1');
  expect(await store.get('a')).toBe('1');
  failures = 9;
  await expect(store.put('a', '2')).rejects.toThrow(
    /^shop-state\/a could not be written \(503\): may this key write to the state bucket\?$/,
  );
  failures = 0;
  await expect(new StateStore({ bucket: 'no-such-bucket', region: 'fra1' }, credentials).list('a')).rejects.toThrow(
    'there is no bucket no-such-bucket in fra1: `npx berth bootstrap` makes it, once per project',
  );
});
