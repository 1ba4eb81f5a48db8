import { structuredPatch } from 'diff';
import { ancestors, sha1 } from './commits';
import { entry, type Table } from './table';
import type { Commit } from './issues-and-pulls';

/** The newest commit that both hold. */
export function mergeBase(commits: Table<Commit>, one: string, other: string): string | undefined {
  const reached = new Set(ancestors(commits, one));
  return ancestors(commits, other).find((sha) => reached.has(sha));
}

export interface ChangedFile {
  filename: string;
  status: 'added' | 'removed' | 'modified';
  sha: string;
  additions: number;
  deletions: number;
  changes: number;
  patch: string;
}

/** What is different between two commits' files, in the order of their paths. */
export function changedFiles(before: Table<string>, after: Table<string>): ChangedFile[] {
  const paths = [...new Set([...Object.keys(before), ...Object.keys(after)])]
    .sort()
    .filter((path) => entry(before, path) !== entry(after, path));
  return paths.map((filename) => {
    const { hunks } = structuredPatch('', '', entry(before, filename) ?? '', entry(after, filename) ?? '', '', '', {
      context: 3,
    });
    const lines = hunks.flatMap((hunk) => hunk.lines);
    const count = (sign: string) => lines.filter((line) => line.startsWith(sign)).length;
    const text = entry(after, filename) ?? entry(before, filename)!;
    return {
      filename,
      status:
        entry(before, filename) === undefined ? 'added' : entry(after, filename) === undefined ? 'removed' : 'modified',
      sha: sha1(`blob ${Buffer.byteLength(text)}\0${text}`),
      additions: count('+'),
      deletions: count('-'),
      changes: count('+') + count('-'),
      patch: hunks
        .map((hunk) =>
          [`@@ -${hunk.oldStart},${hunk.oldLines} +${hunk.newStart},${hunk.newLines} @@`, ...hunk.lines].join('\n'),
        )
        .join('\n'),
    };
  });
}

/** Both sides' changes since their common base; nothing when both changed the same file differently. */
export function mergedFiles(
  base: Table<string>,
  ours: Table<string>,
  theirs: Table<string>,
): Table<string> | undefined {
  const merged = { ...ours };
  for (const path of new Set([...Object.keys(base), ...Object.keys(theirs)])) {
    if (entry(theirs, path) === entry(base, path) || entry(theirs, path) === entry(ours, path)) continue;
    if (entry(ours, path) !== entry(base, path)) return undefined;
    if (entry(theirs, path) === undefined) delete merged[path];
    else merged[path] = theirs[path];
  }
  return merged;
}
