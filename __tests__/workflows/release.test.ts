import { whyNoAct } from './act';
import { Forge, repository } from './forge';

const minutes = 60_000;
const why = whyNoAct();
const suite = why ? describe.skip : describe;

suite(`a version of the repository, by the workflow as it lies${why ? ` (skipped: ${why})` : ''}`, () => {
  let forge: Forge;
  beforeAll(async () => {
    forge = await Forge.open();
  }, minutes);
  afterAll(() => (forge as Forge | undefined)?.close());

  const release = async (branch = 'main') =>
    forge.workflow(
      'release.yml',
      'workflow_dispatch',
      { ref: `refs/heads/${branch}`, repository: { full_name: repository, default_branch: 'main' } },
      { sha: await forge.git('rev-parse', branch) },
    );
  const releases = () => forge.api<{ tag_name: string; target_commitish: string; body: string }[]>('GET', '/releases');
  const tagged = async (tag: string) =>
    (await forge.api<{ object: { sha: string } }>('GET', `/git/ref/tags/${tag}`)).object.sha;
  const add = async (...titles: readonly string[]): Promise<string> => {
    for (const title of titles) await forge.git('commit', '--quiet', '--allow-empty', '--message', title);
    await forge.push('main');
    return forge.git('rev-parse', 'main');
  };
  const short = async (revision: string) => (await forge.git('rev-parse', revision)).slice(0, 7);

  test(
    'what was merged since the last version becomes a tag and a release, with notes',
    async () => {
      await forge.git('tag', 'v0.1.0');
      const sha = await add('fix(api): a leak', 'chore: tidy', 'feat!: another way in');
      const ran = await release();
      expect(ran.jobs).toEqual(['release: success']);
      expect(ran.said).toContain('v0.2.0 is released: ');
      const [fix, feature] = [await short('main~2'), await short('main')];
      expect(await releases()).toEqual([
        expect.objectContaining({
          tag_name: 'v0.2.0',
          name: 'v0.2.0',
          target_commitish: sha,
          draft: false,
          prerelease: false,
          body: `### Breaking changes\n\n- another way in (${feature})\n\n### New\n\n- another way in (${feature})\n\n### Fixed\n\n- **api:** a leak (${fix})\n\nEvery change: https://github.com/${repository}/compare/v0.1.0...v0.2.0\n`,
        }),
      ]);
      expect(await tagged('v0.2.0')).toBe(sha);
    },
    2 * minutes,
  );

  test(
    'asked for again, the same commit is not released twice',
    async () => {
      await forge.git('tag', 'v0.2.0');
      const ran = await release();
      expect([ran.code, ran.jobs]).toEqual([0, ['release: success']]);
      expect(ran.said).toContain('v0.2.0 was released already: ');
      expect(await releases()).toHaveLength(1);
    },
    2 * minutes,
  );

  test(
    'with nothing to release, it says so and ends well',
    async () => {
      await add('chore: tidy', 'style: straight lines');
      const ran = await release();
      expect([ran.code, ran.jobs]).toEqual([0, ['release: success']]);
      expect(ran.said).toContain('nothing to release since v0.2.0: no commit but chores, style and merges');
      expect(await releases()).toHaveLength(1);
    },
    2 * minutes,
  );

  test(
    'from another branch nothing runs, whatever it holds',
    async () => {
      await forge.git('switch', '--quiet', '--create', 'wider', 'main');
      await forge.git('commit', '--quiet', '--allow-empty', '--message', 'feat: not reviewed');
      await forge.push('wider');
      expect((await release('wider')).jobs).toEqual([]);
      expect(await releases()).toHaveLength(1);
    },
    2 * minutes,
  );
});
