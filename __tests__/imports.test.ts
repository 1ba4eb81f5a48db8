import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const root = join(__dirname, '..');
const folders = [
  'agent',
  'cli',
  'constructs',
  'contract',
  'definition',
  'environments',
  'lib',
  'plan',
  'provisioners',
  'scenario',
  'stacks',
  'templates',
];
const files = folders.flatMap((folder) =>
  (readdirSync(join(root, folder), { recursive: true }) as string[])
    .filter((name) => name.endsWith('.ts'))
    .map((name) => join(folder, name)),
);

/** Files that a file imports, types alone too. */
function importsOf(file: string): string[] {
  const text = readFileSync(join(root, file), 'utf8');
  return [...text.matchAll(/\b(?:from|import|require)\s*\(?\s*'(\.[^']*)'/g)].flatMap(([, path]) => {
    const found = join(dirname(file), path!);
    return existsSync(join(root, `${found}.ts`)) ? [`${found}.ts`] : [];
  });
}

/** Circles of imports: strongly connected components of more than one file (Tarjan). */
function circles(): string[][] {
  const index = new Map<string, number>();
  const low = new Map<string, number>();
  const stack: string[] = [];
  const found: string[][] = [];
  const visit = (file: string): void => {
    index.set(file, index.size);
    low.set(file, index.get(file)!);
    stack.push(file);
    for (const next of importsOf(file)) {
      if (!index.has(next)) visit(next);
      if (stack.includes(next)) low.set(file, Math.min(low.get(file)!, low.get(next)!));
    }
    if (low.get(file) !== index.get(file)) return;
    const circle = stack.splice(stack.indexOf(file));
    if (circle.length > 1) found.push(circle.sort());
  };
  for (const file of files) if (!index.has(file)) visit(file);
  return found;
}

test('no files import each other in a circle, not even for a type (the lint rule import-x/no-cycle skips those)', () => {
  expect(files.length).toBeGreaterThan(100);
  expect(circles()).toEqual([]);
});
