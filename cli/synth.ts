import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { Command } from 'commander';
import { Git } from '../plan/git';
import { synthesize } from '../plan/synthesis';
import { collectSynthesis } from '../plan/synthesis-file';
import { definitionClaims } from './definition-claim';
import { pullNumber } from './occasion';
import { withPreviewFile } from './preview-file';
import { projectRoot } from './project';

interface Options {
  readonly out: string;
  readonly base?: string;
  readonly preview?: number;
}

export const synthCommand = (): Command =>
  new Command('synth')
    .description(
      'Synthesize every stack into one file of plain data, which `affected`, `review`, `deploy` and `preview up` take as --synthesis',
    )
    .requiredOption('--out <file>', 'the file to write')
    .option('--base <ref>', 'record the commit where this branch left REF: what `affected` compares with')
    .option('--preview <n>', 'add the preview of a pull request (environments/previews.ts)', pullNumber)
    .addHelpText(
      'after',
      `
This is the only step that runs the code of the environments: in a workflow it runs in a job without any secret, and the jobs that
hold credentials read the file as data (docs/workflows.md).`,
    )
    .action(async ({ out, base, preview }: Options) => {
      const root = projectRoot();
      const git = new Git(root);
      const commit = await git.try('rev-parse', '--verify', 'HEAD^{commit}');
      const from = base === undefined || /^0{40}$/.test(base) ? undefined : await git.base(base);
      const synthesis =
        preview === undefined
          ? await synthesizeAll(root, commit, from)
          : await withPreviewFile(root, preview, () => synthesizeAll(root, commit, from));
      const file = resolve(out);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, `${JSON.stringify(synthesis)}\n`);
      process.stdout.write(`${out} holds ${Object.keys(synthesis.stacks).join(', ')}\n`);
    });

async function synthesizeAll(root: string, commit: string | undefined, base: string | undefined) {
  const outdir = mkdtempSync(join(tmpdir(), 'berth-synth-'));
  try {
    await synthesize(root, outdir);
    return collectSynthesis(outdir, definitionClaims(root), { ...(commit && { commit }), ...(base && { base }) });
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
}
