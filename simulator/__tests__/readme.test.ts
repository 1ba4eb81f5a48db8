import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { Parser } from 'commonmark';
import { startCloud } from '../cloud';
import { withoutCredentials } from '../credentials';
import { run } from '../process';

const page = readFileSync(join(__dirname, '..', 'README.md'), 'utf8');
const program = join(__dirname, '..', 'bin', 'digitalocean-simulator.js');

interface Block {
  readonly language: string;
  /** The file that the block is, where its fence names one. */
  readonly file?: string;
  readonly text: string;
  readonly heading: string;
}

function blocksOf(markdown: string): Block[] {
  const blocks: Block[] = [];
  let heading = '';
  const walker = new Parser().parse(markdown).walker();
  for (let event = walker.next(); event; event = walker.next()) {
    const { node, entering } = event;
    if (!entering) continue;
    if (node.type === 'heading') heading = node.firstChild?.literal ?? '';
    if (node.type !== 'code_block') continue;
    const [language = '', file] = (node.info ?? '').split(' ');
    blocks.push({ language, text: node.literal ?? '', heading, ...(file !== undefined && { file }) });
  }
  return blocks;
}

const blocks = blocksOf(page);
const commands = blocks.filter(({ language }) => language === 'sh');
const has = (command: string, ...args: string[]): boolean => spawnSync(command, args).status === 0;
const missing = (text: string): string | undefined =>
  /^\s*(?:echo .*\| )?aws /m.test(text) && !has('aws', '--version')
    ? 'aws is not on PATH'
    : /^\s*terraform /m.test(text) && !has('terraform', 'version')
      ? 'terraform is not on PATH'
      : undefined;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'simulator-readme-'));
  for (const { file, text } of blocks) if (file !== undefined) writeFileSync(join(folder, file), text);
  // npx finds the program in node_modules/.bin, which a checkout need not have
  const tools = join(folder, 'tools');
  mkdirSync(tools);
  writeFileSync(join(tools, 'npx'), `#!/bin/sh\nshift\nexec '${process.execPath}' '${program}' "$@"\n`);
  chmodSync(join(tools, 'npx'), 0o755);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const bash = (script: string, env: NodeJS.ProcessEnv) =>
  run('bash', ['-c', `set -euo pipefail\n${script}`], {
    cwd: folder,
    env: {
      ...withoutCredentials(process.env),
      ...env,
      PATH: [join(folder, 'tools'), process.env.PATH].join(delimiter),
    },
  });

describe('each command in the README works', () => {
  test('there are some', () => expect(commands.length).toBeGreaterThan(6));

  for (const [index, { heading, text }] of commands.entries()) {
    const why = missing(text);
    const title = `${heading} (block ${index + 1})${why ? `: skipped, ${why}` : ''}`;
    (why ? test.skip : test)(title, async () => {
      const starts = text.includes('npx digitalocean-simulator');
      const cloud = starts ? undefined : await startCloud();
      try {
        const stop = text.includes('--detach') ? '\nkill "$SIMULATOR_PID"' : '';
        const { code, output } = await bash(text + stop, cloud?.env() ?? {});
        expect({ code, output }).toMatchObject({ code: 0 });
        if (text.includes('terraform apply')) expect(output).toContain('Apply complete! Resources: 4 added');
        expect(output).not.toMatch(/"id": ?"(unauthorized|not_found)"|Bad credentials/);
      } finally {
        await cloud?.close();
      }
    });
  }
});

test('the faults on the page do what they say', async () => {
  const script = `npx digitalocean-simulator --faults faults.yaml -- sh -c 'curl -sS -o /dev/null -w "%{http_code}" -X POST -d "{}" "$DIGITALOCEAN_API_URL/v2/droplets"'`;
  expect(await bash(script, {})).toMatchObject({ code: 0, stdout: '429' });
});
