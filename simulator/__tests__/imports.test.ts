import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, relative } from 'node:path';

const root = join(__dirname, '..');
const files = readdirSync(root, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts') && !name.includes('node_modules'))
  .map((name) => join(root, name));

/** The files that a file imports, types included. */
function importsOf(file: string): string[] {
  const text = readFileSync(file, 'utf8');
  return [...text.matchAll(/(?:from|import\(|require\()\s*'(\.[^']*)'/g)].map(([, path]) => {
    const target = normalize(join(dirname(file), path!));
    return (
      [target, `${target}.ts`, join(target, 'index.ts')].find((each) => /\.\w+$/.test(each) && existsSync(each)) ??
      target
    );
  });
}

const graph = new Map(files.map((file) => [file, importsOf(file)]));

test('nothing outside this folder is imported', () => {
  const outside = [...graph].flatMap(([file, targets]) =>
    targets.filter((target) => relative(root, target).startsWith('..')).map((target) => `${file} → ${target}`),
  );
  expect(outside).toEqual([]);
});

test('no circle of imports, type-only ones included', () => {
  const done = new Set<string>();
  const circles: string[] = [];
  const visit = (file: string, path: readonly string[]): void => {
    if (path.includes(file))
      circles.push([...path.slice(path.indexOf(file)), file].map((each) => relative(root, each)).join(' → '));
    if (done.has(file) || path.includes(file)) return;
    for (const target of graph.get(file) ?? []) visit(target, [...path, file]);
    done.add(file);
  };
  for (const file of files) visit(file, []);
  expect(circles).toEqual([]);
});
