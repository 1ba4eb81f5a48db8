import { randomUUID } from 'node:crypto';
import { Command } from 'commander';
import { loadState } from '../definition/load';
import type { State } from '../definition/state';
import type { ObjectAnswer, ObjectStoreKey } from '../lib/object-store';
import { objectStore, spacesKey } from './object-store';
import { planStack } from './plan-stack';
import { forgetPlan, stackFolder, terraformBinary } from './planned';
import { environmentsFolder, projectRoot } from './project';
import { runWatched } from './watched';

export const bootstrapCommand = (): Command =>
  new Command('bootstrap')
    .description(
      'Create the bucket that holds the state of every environment, prove that its locks hold, and deploy the stack "state" (once per project; safe to repeat)',
    )
    .action(async () => {
      const root = projectRoot();
      const state = loadState(environmentsFolder(root));
      const key = spacesKey();
      await makeBucket(state, key);
      await proveLocks(state, key);
      await deployStateStack(root);
    });

/** Makes the bucket if it is not there; says what to do when the name is somebody else's. */
export async function makeBucket({ bucket, region }: State, key: ObjectStoreKey): Promise<void> {
  const store = objectStore(region, key);
  const head = await store.request({ method: 'HEAD', path: `/${bucket}` });
  if (head.status === 200) return void process.stdout.write(`${bucket} is there already\n`);
  if (head.status === 403)
    throw new Error(
      `${bucket} exists in ${region} and this key may not see it: the name is another customer's (choose another in environments/state.ts), or the key is`,
    );
  const answer = await store.request({ method: 'PUT', path: `/${bucket}` });
  if (answer.status !== 200) throw refused(`could not make the bucket ${bucket} in ${region}`, answer);
  process.stdout.write(`${bucket} is made in ${region}\n`);
}

/**
 * Terraform's lock is a conditional PUT: it holds only if the store lets one of two writers win. Spaces does, as far as
 * is known; a store that ignores the condition would let two deploys run at once, so it is tried and not trusted.
 */
export async function proveLocks({ bucket, region }: State, key: ObjectStoreKey): Promise<void> {
  // a repeated write would be another writer
  const store = objectStore(region, key, { attempts: 1 });
  const path = `/${bucket}/probe-${randomUUID()}`;
  const write = () => store.request({ method: 'PUT', path, headers: { 'if-none-match': '*' }, body: 'lock' });
  const race = await Promise.all([write(), write()]);
  const late = await write();
  await store.request({ method: 'DELETE', path });
  const won = race.filter(({ status }) => status === 200).length;
  const lost = [...race, late].filter(({ status }) => status === 412 || status === 409).length;
  if (won === 1 && lost === 2)
    return void process.stdout.write('locks hold: of two conditional writes one won, and a later one was refused\n');
  throw refused(
    `locks would not hold in ${bucket}: of two conditional writes ${won} won, and the later one got ${late.status}. Keep deploys apart by other means before you go on`,
    race.find(({ status }) => status >= 400) ?? late,
  );
}

const refused = (what: string, { status, code, message }: ObjectAnswer): Error =>
  new Error(`${what}: ${status} ${code} ${message}`.trim());

/** Terraform itself, as for every plan of `berth`: the CLI of cdktf would add two seconds and nothing else. */
async function deployStateStack(root: string): Promise<void> {
  Object.assign(process.env, stateCredentials());
  try {
    await planStack(root, 'state');
    const cwd = stackFolder(root, 'state');
    const apply = [terraformBinary(), 'apply', '-input=false', '-no-color', 'plan'];
    const { code } = await runWatched(apply, { cwd, env: process.env });
    if (code !== 0) throw new Error(`terraform apply ended with ${code}, see above`);
  } catch (error) {
    throw new Error(
      `the stack "state" was not deployed; the bucket stays, and \`npx berth bootstrap\` goes on from here: ${(error as Error).message}`,
      { cause: error },
    );
  } finally {
    forgetPlan(root, 'state');
  }
}

/** Terraform's backend reads the AWS names of the same key; what is set already counts. */
const stateCredentials = (): NodeJS.ProcessEnv => ({
  AWS_ACCESS_KEY_ID: process.env.SPACES_ACCESS_KEY_ID,
  AWS_SECRET_ACCESS_KEY: process.env.SPACES_SECRET_ACCESS_KEY,
  AWS_REQUEST_CHECKSUM_CALCULATION: 'when_required',
  AWS_RESPONSE_CHECKSUM_VALIDATION: 'when_required',
  ...process.env,
});
