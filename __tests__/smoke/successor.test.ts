import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { cacheFolder, installed } from '../../bench/npm-project';
import { withoutCredentials } from '../../simulator/credentials';
import { root, synth } from './program';

/** CDK Terrain, which goes on where cdktf was archived (December 2025), under cdktf's name. */
const successor = { cdktf: 'npm:cdktn@0.24.0', constructs: '10.6.0' };

/** What the program is made of, as far as a synth reads it. Copied, because links would lead back to our own packages. */
const sources = [
  'agent',
  'bin',
  'constructs',
  'contract',
  'definition',
  'environments',
  'lib',
  'main.ts',
  'provisioners',
  'stacks',
  'templates',
  'cdktf.json',
  'package.json',
  'package-lock.json',
  '.terraform.lock.hcl',
];

const folders: string[] = [];
afterAll(() => folders.forEach((folder) => rmSync(folder, { recursive: true, force: true })));

/** Our package.json with the successor under cdktf's name, which the providers' bindings have to take as well. */
function packageJson(): Record<string, unknown> {
  const { dependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    dependencies: Record<string, string>;
  };
  const { 'cdktf-cli': _, ...library }: Record<string, string> = { ...dependencies, ...successor };
  const bindings = Object.keys(library).filter((name) => name.startsWith('@cdktf/provider-'));
  return { dependencies: library, overrides: Object.fromEntries(bindings.map((name) => [name, { cdktf: '$cdktf' }])) };
}

function installedSuccessor(): { folder: string; missing?: undefined } | { missing: string } {
  try {
    return { folder: installed(root, { name: 'successor', packageJson: packageJson() }) };
  } catch (error) {
    return { missing: (error as Error).message };
  }
}

/** A copy of the program beneath the packages that it shall use. */
function copy(packages: string): string {
  const folder = mkdtempSync(join(packages, 'program-'));
  folders.push(folder);
  for (const source of sources) cpSync(join(root, source), join(folder, source), { recursive: true });
  return folder;
}

const versionOf = (packages: string): string =>
  (JSON.parse(readFileSync(join(packages, 'node_modules', 'cdktf', 'package.json'), 'utf8')) as { version: string })
    .version;

const theirs = installedSuccessor();
const why = theirs.missing === undefined ? '' : ` (skipped: ${theirs.missing})`;
(why === '' ? test : test.skip)(
  `cdktf's successor takes over by an alias and writes the same stacks, but for its version${why}`,
  async () => {
    const packages = 'folder' in theirs ? theirs.folder : '';
    const env = withoutCredentials(process.env);
    const [before, after] = [await synth(copy(cacheFolder(root)), env), await synth(copy(packages), env)];

    const [old, successors] = [versionOf(root), versionOf(packages)];
    expect(successors).not.toBe(old);
    // the first version in each text is the library's own, in metadata
    const expected = mapped(before, (json) => json.replace(`"version": "${old}"`, `"version": "${successors}"`));
    // it writes {} where cdktf writes a line break between the brackets
    expect(mapped(after, laidOut)).toEqual(mapped(expected, laidOut));
  },
);

const mapped = (stacks: Record<string, string>, change: (json: string) => string): Record<string, string> =>
  Object.fromEntries(Object.entries(stacks).map(([stack, json]) => [stack, change(json)]));

const laidOut = (json: string): string => JSON.stringify(JSON.parse(json), null, 2);
