import { keepSeal } from '../../cli/sealing';
import { historyKey, writeEntry } from '../../plan/history';
import type { ResourceChange } from '../../plan/plan';
import type { RecordStore } from '../../plan/record-store';
import { readRecord } from '../../plan/sealed-record';
import { recordKey } from '../../contract/sealed-record';
import { account as credentials } from '../../simulator/account';
import { change, planned } from '../plan/reviewed-plan';
import { type Account, openAccount } from '../../simulator/__tests__/github/account';
import { repository, seed } from '../../scenario/seed';

let account: Account;
let head: string;
let store: RecordStore;
const before = { ...process.env };
beforeEach(async () => {
  account = await openAccount({ seed });
  Object.assign(process.env, {
    GITHUB_API_URL: account.url,
    GITHUB_TOKEN: credentials.githubToken,
    GITHUB_REPOSITORY: 'acme/asset-archive',
  });
  delete process.env.BERTH_GITHUB_TOKEN;
  head = account.github.push({ repository: 'acme/asset-archive', branch: 'wider', files: { a: '1' } });
  await account.expect(201, 'POST', `/repos/${repository}/pulls`, { title: 'Wider', head: 'wider', base: 'main' });
  const texts = new Map<string, string>();
  store = {
    get: (key) => Promise.resolve(texts.get(key)),
    put: (key, text) => Promise.resolve(void texts.set(key, text)),
    list: (prefix) => Promise.resolve([...texts.keys()].filter((key) => key.startsWith(prefix)).sort()),
  };
  jest.spyOn(process.stderr, 'write').mockReturnValue(true);
});
afterEach(async () => {
  jest.restoreAllMocks();
  process.env = { ...before };
  await account.close();
});

const tag = (name: string) => ({ stack: { resource: { digitalocean_tag: { tag: { name } } } } });
const made = (name: string): ResourceChange => change('digitalocean_tag.tag', { actions: ['create'], after: { name } });
const gone = change('digitalocean_tag.tag', { actions: ['delete'], before: { name: 'mild' } });
const seal = (
  changes: readonly ResourceChange[],
  file: ReturnType<typeof tag>,
  where: { pull?: number } = { pull: 1 },
) => keepSeal(store, planned(changes, file), { commit: head, by: 'ada', ...where });
const kept = async () => (await readRecord(store, 'staging', head))?.stack;

describe('a pull request is not sealed', () => {
  test.each<[string, () => Promise<unknown>, string]>([
    [
      'once it is closed',
      () => account.expect(200, 'PATCH', `/repos/${repository}/pulls/1`, { state: 'closed' }),
      'it is closed',
    ],
    ['once it is merged', () => account.expect(200, 'PUT', `/repos/${repository}/pulls/1/merge`, {}), 'it is merged'],
    [
      'once something was pushed to it',
      () =>
        Promise.resolve(account.github.push({ repository: 'acme/asset-archive', branch: 'wider', files: { a: '2' } })),
      'its head is ',
    ],
  ])('%s: a run that is started again brings nothing old back', async (_, meanwhile, why) => {
    await meanwhile();
    await expect(seal([made('mild')], tag('mild'))).rejects.toThrow(
      `pull request 1 is not planned at ${head.slice(0, 12)}: ${why}`,
    );
    expect(await store.list('')).toEqual([]);
  });

  test('once its review was applied', async () => {
    const { commit, sealedAt } = await seal([made('mild')], tag('mild'));
    await writeEntry(store, historyKey('staging', new Date()), {
      version: 1,
      environment: 'staging',
      at: new Date().toISOString(),
      outcome: 'applied',
      commit,
      review: { commit, sealedAt },
      by: 'ada',
      changes: [],
      state: { lineage: 'one', serial: 4 },
    });
    const text = await store.get(recordKey('staging', head));
    await expect(seal([made('mild')], tag('mild'))).rejects.toThrow(
      `staging is not sealed for ${head.slice(0, 12)}: the review of this commit was applied at `,
    );
    expect(await store.get(recordKey('staging', head))).toBe(text);
  });
});

describe('code that says something else when the same commit is synthesized again, for a review that somebody has approved', () => {
  test("does not take that review's place, and in what it differs is named", async () => {
    await seal([made('mild')], tag('mild'));
    await expect(seal([made('harsh')], tag('harsh'))).rejects.toThrow(
      /^staging is not sealed for \w{12}: this commit was reviewed with another stack, sealed .*\n {2}digitalocean_tag\.tag\n {4}name: reviewed was "mild"; now it would be "harsh"\n.*push another commit\.$/,
    );
    expect(await kept()).toEqual(tag('mild').stack);
    // nothing to change, and then all of it gone
    await store.put(recordKey('staging', head), '');
    await seal([], tag('mild'));
    await expect(seal([gone], tag('harsh'))).rejects.toThrow('another stack');
  });

  test('and files beside it are not exchanged either', async () => {
    await seal([made('mild')], tag('mild'));
    const other = { ...planned([made('mild')], tag('mild')), assets: { 'assets/agent/x.js': 'a'.repeat(64) } };
    await expect(keepSeal(store, other, { commit: head, by: 'ada', pull: 1 })).rejects.toThrow(
      'assets/agent/x.js: reviewed was nothing',
    );
  });

  test('what is planned anew because the world has changed is sealed again, and so is a destroy, whatever code plans it', async () => {
    const first = await seal([made('mild')], tag('mild'));
    expect(
      (await seal([change('digitalocean_tag.tag', { before: { name: 'x' }, after: { name: 'mild' } })], tag('mild')))
        .changes,
    ).not.toEqual(first.changes);
    // by hand, who seals answers for it
    await seal([gone], tag('one'), {});
    await seal([gone], tag('two'));
    expect(await kept()).toEqual(tag('two').stack);
  });
});
