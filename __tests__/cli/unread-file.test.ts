import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { readSynthesis } from '../../plan/synthesis-file';
import { type Anything, file, honest } from './a-synthesis';

test.each<[string, () => void, RegExp]>([
  [
    'a folder of that name',
    () => {
      mkdirSync(file);
    },
    /is not a plain file: it is refused$/,
  ],
  [
    'a link to another file',
    () => {
      symlinkSync('/etc/passwd', file);
    },
    /is not a plain file: it is refused$/,
  ],
  ['nothing', () => undefined, /does not exist: `npx berth synth --out FILE` writes it$/],
  [
    'no JSON',
    () => {
      writeFileSync(file, '{');
    },
    /is not JSON, or not all of it/,
  ],
  [
    'a path that leads out of the folder',
    () => {
      write((s) => {
        s.stacks.staging.assets['assets/../../../bin/berth.js'] = 'a'.repeat(64);
      });
    },
    /is not what `npx berth synth --out FILE` writes: stacks\.staging\.assets/,
  ],
  [
    'a stack whose name leads out',
    () => {
      write((s) => {
        s.stacks['../x'] = s.stacks.staging;
      });
    },
    /is not what `npx berth synth --out FILE` writes: stacks\.\.\.\/x/,
  ],
  [
    'a file with other contents than its digest says',
    () => {
      write((s) => {
        s.files[Object.keys(s.files)[0]!] = 'AAAA';
      });
    },
    /its contents have another digest$/,
  ],
  [
    'a field that nobody knows',
    () => {
      write((s) => {
        s.more = 1;
      });
    },
    /the whole: Unrecognized key: "more"$/,
  ],
])('read as data, %s is refused', (_, lay, message) => {
  rmSync(file, { recursive: true, force: true });
  lay();
  expect(() => readSynthesis(file)).toThrow(message);
  rmSync(file, { recursive: true, force: true });
});

function write(change: (synthesis: Anything) => void): void {
  const synthesis = structuredClone(honest) as Anything;
  change(synthesis);
  writeFileSync(file, JSON.stringify(synthesis));
}
