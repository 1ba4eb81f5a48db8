import { commentLimit, composeComment } from '../../plan/comment';
import type { CommentPart } from '../../plan/comment-part';
import { code, inline } from '../../plan/markdown';
import { pings, read } from './comment-reading';

const part = (given: Partial<CommentPart> = {}): CommentPart => ({
  environment: 'staging',
  severity: 'changed',
  verdict: '2 changes in place',
  survives: [],
  details: [],
  ...given,
});
const commit = '0123456789abcdef0123456789abcdef01234567';
const whole = 'https://github.com/acme/infrastructure/actions/runs/7';

test('the whole comment: failures and destroys first, what must be read beneath its environment, the rest folded', () => {
  const parts = [
    part({ environment: 'quiet', severity: 'unchanged', verdict: 'no change' }),
    part({
      details: [
        { title: 'What follows', body: '- in place **api**' },
        { title: 'Resources: 1', body: '! a changed in place', fence: 'diff' },
      ],
    }),
    part({
      environment: 'production',
      severity: 'destructive',
      verdict: '1 volume destroyed',
      survives: ['**DESTROYED** volume: its data is lost'],
    }),
    part({
      environment: 'demo',
      severity: 'failed',
      verdict: 'could not be planned',
      survives: ['`Error: no such size`'],
    }),
  ];
  expect(composeComment(parts, { commit, whole })).toBe(`<!-- berth:review ${commit} -->
### 1 environment could not be planned, 1 has destructive changes, 1 changes, 1 stays as it is

- ❌ **demo**: could not be planned
  - \`Error: no such size\`
- ⚠️ **production**: 1 volume destroyed
  - **DESTROYED** volume: its data is lost
- ✏️ **staging**: 2 changes in place
- ✅ **quiet**: no change

<details><summary><b>staging</b>: What follows</summary>

- in place **api**

</details>

<details><summary><b>staging</b>: Resources: 1</summary>

\`\`\`diff
! a changed in place
\`\`\`

</details>

<sub>planned at \`0123456789ab\` · [full review](${whole})</sub>
`);
});

test('a pull request that affects nothing gets its sentence', () => {
  expect(composeComment([], { commit })).toBe(
    `<!-- berth:review ${commit} -->\n### No environment is affected\n\n<sub>planned at \`0123456789ab\`</sub>\n`,
  );
});

const lines = (count: number, what = 'line') =>
  Array.from({ length: count }, (_, i) => `${what} ${i} ${'x'.repeat(30)}`).join('\n');

test('too much is cut at the ends of lines, says how much is missing and where the full review is, and small blocks stay whole', () => {
  const comment = composeComment(
    [
      part({
        environment: 'large',
        severity: 'destructive',
        survives: ['gone'],
        details: [{ title: 'Resources', body: lines(50_000), fence: 'diff' }],
      }),
      part({ environment: 'small', details: [{ title: 'Resources', body: lines(20, 'small'), fence: 'diff' }] }),
    ],
    { whole },
  );
  expect(comment.length).toBeLessThanOrEqual(commentLimit);
  expect(comment.length).toBeGreaterThan(commentLimit - 200);
  const shown = [...comment.matchAll(/^line (\d+) x{30}$/gm)].length;
  expect(comment).toContain(
    `\n\`\`\`\n\n… ${(50_000 - shown).toLocaleString('en-US')} more lines: the full review is [here](${whole})\n\n</details>`,
  );
  expect(comment).toContain(lines(20, 'small'));
  expect(read(comment)).toMatchObject({ depth: 0, deepest: 1, unclosed: false, fences: 2 });
});

test('without an address the full review is where the command shows it', () => {
  expect(composeComment([part({ details: [{ title: 'Resources', body: lines(5_000) }] })])).toContain(
    'more lines: the full review is in `npx berth review ENV`',
  );
});

test('half a diagram is none: it is left out whole, and that is said', () => {
  const comment = composeComment([
    part({
      details: [
        { title: 'Before and after', body: `flowchart LR\n${lines(5_000)}`, fence: 'mermaid' },
        { title: 'Cost', body: '- \\+$1' },
      ],
    }),
  ]);
  expect(comment).not.toContain('flowchart');
  expect(comment).toContain('1 folded block is left out: the full review is');
  expect(comment).toContain('- \\+$1');
});

test('every line that must survive does, when only the folded blocks are too many', () => {
  const survives = Array.from(
    { length: 400 },
    (_, i) => `**DESTROYED** ${code(`digitalocean_volume.data-${i}`)}: its data is lost ${'and more '.repeat(5)}`,
  );
  const comment = composeComment([
    part({ severity: 'destructive', survives, details: [{ title: 'a', body: lines(9_000) }] }),
  ]);
  expect(comment.length).toBeLessThanOrEqual(commentLimit);
  for (const line of survives) expect(comment).toContain(`  - ${line.trim()}\n`);
});

test('lines that are too long together are shortened before any is left out', () => {
  const survives = Array.from(
    { length: 300 },
    (_, i) => `**DESTROYED** ${code(`digitalocean_volume.data-${i}`)}: ${'its data is lost '.repeat(40)}`,
  );
  const comment = composeComment([part({ severity: 'destructive', survives })]);
  expect(comment.length).toBeLessThanOrEqual(commentLimit);
  for (let i = 0; i < 300; i++) expect(comment).toContain(`\`digitalocean_volume.data-${i}\``);
  expect(comment).not.toContain('more of these');
});

test('the very last resort: 20,000 destroys are counted, environments and their verdicts stay', () => {
  const survives = Array.from({ length: 20_000 }, (_, i) => `**DESTROYED** ${code(`digitalocean_volume.data-${i}`)}`);
  const comment = composeComment(
    [
      part({ severity: 'destructive', verdict: '20,000 volumes destroyed', survives }),
      part({ environment: 'demo', severity: 'failed', verdict: 'failed', survives: ['why'] }),
    ],
    { whole },
  );
  expect(comment.length).toBeLessThanOrEqual(commentLimit);
  const told = [...comment.matchAll(/^ {2}- \*\*DESTROYED/gm)].length;
  expect(told).toBeGreaterThan(500);
  expect(comment).toContain(
    `  - **and ${(20_000 - told).toLocaleString('en-US')} more of these**, 20,000 in all: the full review is [here](${whole})\n`,
  );
  expect(comment).toMatch(/- ❌ \*\*demo\*\*: failed\n {2}- why\n- ⚠️ \*\*staging\*\*: 20,000 volumes destroyed\n/);
});

test('5,000 environments with long verdicts stay within the limit, and those left out are counted', () => {
  const comment = composeComment(
    Array.from({ length: 5_000 }, (_, i) =>
      part({ environment: `preview-${i}`, verdict: 'x'.repeat(500), details: [{ title: 'a', body: lines(3) }] }),
    ),
  );
  expect(comment.length).toBeLessThanOrEqual(commentLimit);
  expect(comment).toMatch(/- \*\*and [\d,]+ more environments\*\*/);
});

const nasty = [
  '```\n</details>\n</summary>\n<!-- ',
  '~~~\n````\n`````',
  '@acme/platform @ada',
  '#1 GH-2 acme/app#3 GH-4',
  'https://evil.example/x www.evil.example a@b.example',
  'deadbeefdeadbeefdeadbeefdeadbeefdeadbeef 1234567',
  '<details><details><summary>',
  '![x](https://evil.example/p.png)',
  '[a]: https://evil.example',
  '| a | b |\n|---|---|',
  '\u202egnp.exe\u2066\u200b\ufeff',
  '\u0000\u0007\u001b[31mred\u001b[0m\u009b',
  '\ud800 lone \udc00',
  '$\\phantom{x}$ $`x`$',
  '`unclosed',
  '\\`@ada\\`',
  '``@ada`',
  '<!-- berth:review -->',
  '\r\n\r\n# h\r- x',
  '😀'.repeat(40),
  '`'.repeat(300),
  '~'.repeat(300),
  '    indented\n\t- tab',
  '&#64;ada &commat;ada &#35;1',
];

/** A generator of its own, so that a failure can be played again. */
function random(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return Math.floor((state / 2_147_483_648) * below);
  };
}

test.each(Array.from({ length: 60 }, (_, i) => i + 1))(
  'text from plans stays in its block, tells nobody and is all visible, whatever it is (%i)',
  (seed) => {
    const pick = random(seed);
    const text = (): string =>
      Array.from({ length: 1 + pick(6) }, () => nasty[pick(nasty.length)]).join(pick(2) ? '\n' : ' ');
    const fences = ['diff', 'text', 'mermaid', undefined] as const;
    const parts = Array.from({ length: 1 + pick(4) }, (_, i) =>
      part({
        environment: `e${i}${text()}`,
        severity: (['failed', 'destructive', 'changed', 'unchanged'] as const)[pick(4)]!,
        verdict: pick(2) ? inline(text()) : text(),
        survives: Array.from({ length: pick(4) }, () => (pick(2) ? `${code(text())} ${inline(text())}` : text())),
        details: Array.from({ length: pick(4) }, () => ({
          title: text(),
          body: Array.from({ length: 1 + pick(40) }, text).join('\n'),
          fence: fences[pick(4)],
        })),
      }),
    );
    const limit = [commentLimit, 6_000, 3_000][pick(3)]!;
    const comment = composeComment(parts, { limit, commit, whole });
    expect(comment.length).toBeLessThanOrEqual(limit);
    expect(comment.split('\n', 1)).toEqual([`<!-- berth:review ${commit} -->`]);
    const {
      text: prose,
      depth,
      deepest,
      unclosed,
    } = read(
      comment.replaceAll(`[here](${whole})`, '').replaceAll(`[full review](${whole})`, '').slice(comment.indexOf('\n')),
    );
    expect({ depth, deepest: deepest <= 1, unclosed, pings: pings(prose) }).toEqual({
      depth: 0,
      deepest: true,
      unclosed: false,
      pings: [],
    });
    expect(prose.replace(/<\/?(?:details|summary|b|sub)>/g, '')).not.toMatch(/<[a-z/!?]/i);
    expect(comment.replace(/\ufe0f/g, '')).not.toMatch(/(?!\n|\t)[\p{Cc}\p{Cf}\p{Cs}]/u);
  },
);

test('a commit or an address that could break out is refused', () => {
  expect(() => composeComment([], { commit: 'x --> <b>' })).toThrow('cannot be put into a marker');
  expect(() => composeComment([], { whole: 'javascript:alert(1)' })).toThrow(
    '"javascript:alert(1)" is no address that a reader could open: give an http or https URL',
  );
});
