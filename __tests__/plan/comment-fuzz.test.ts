import { type Node, Parser } from 'commonmark';
import type { CommentPart } from '../../plan/comment-part';
import { composeComment } from '../../plan/comment';
import { code, inline } from '../../plan/markdown';

/** What somebody might write into a name, a value or an error, to get out of its place in the comment. */
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
  '\u202egnp',
  '`unclosed',
  '\\`@ada\\`',
  '``@ada`',
  '\\\\`@ada`',
  '<!-- x -->',
  '\r\n\r\n# h\r- x',
  '`'.repeat(30),
  '    indented\n\t- tab @ada',
  '&#64;ada &commat;ada &#35;1',
  '[x](https://a.b/`) @ada `',
  '[`x](https://a.b/) `@ada',
  '<a title="`">@ada`',
  '*`*@ada`',
  '[@ada](<x> "@ada")',
  '> ```',
  '- - ```\n',
  '1. ~~~',
  '\\',
  '`` ` @ada `` `',
  '$\\a$',
  '![`x`](https://a.b)',
  '!`@ada`',
  '<https://a.b/`>`@ada',
  '[a `b` c](https://x.y/z)',
];

/** What GitHub makes a link or a notification of, outside of code. */
const ping = /@[a-z\d][\w-]*|#\d+|\bGH-\d+|\b(?:https?|ftp):\/\/\S+|\bwww\.\S+|\b[0-9a-f]{7,40}\b/i;

/** The same numbers for the same seed. */
function random(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    return Math.floor((state / 2 ** 31) * below);
  };
}

function parts(pick: (below: number) => number): CommentPart[] {
  const some = <T>(most: number, make: () => T): T[] => Array.from({ length: pick(most) }, make);
  const text = (): string =>
    [nasty[pick(nasty.length)], ...some(5, () => nasty[pick(nasty.length)])].join(pick(2) ? '\n' : ' ');
  const part = (): CommentPart => ({
    environment: `e${text()}`,
    severity: 'changed',
    verdict: pick(2) ? inline(text()) : text(),
    survives: some(3, () => (pick(2) ? `${code(text())} ${inline(text())}` : text())),
    details: some(3, () => ({
      title: text(),
      body: `${text()}\n${text()}`,
      ...(pick(2) ? { fence: 'diff' as const } : {}),
    })),
  });
  return [part(), ...some(3, part)];
}

/** What is in a comment that may not be there, as GitHub's own flavour of Markdown would read it. */
function escapes(comment: string): string[] {
  const found: string[] = [];
  let [opens, closes, run] = [0, 0, ''];
  const flush = (): void => {
    const hit = ping.exec(run);
    if (hit) found.push(`pings ${hit[0]}`);
    run = '';
  };
  const html = (node: Node): void => {
    const text = node.literal ?? '';
    opens += text.match(/<details>/g)?.length ?? 0;
    closes += text.match(/<\/details>/g)?.length ?? 0;
    const rest = text.replace(/<\/?(details|summary|b|sub)>/g, '');
    if (/<[a-z!?/]/i.test(rest) && !rest.startsWith('<!-- berth')) found.push(`HTML ${rest}`);
    const hit = ping.exec(rest.replace(/&#8203;/g, '\u200b').replace(/&#36;/g, '$'));
    if (hit) found.push(`pings in HTML ${hit[0]}`);
  };
  const walker = new Parser().parse(comment).walker();
  for (let event = walker.next(); event; event = walker.next()) {
    const { node, entering } = event;
    if (!entering) {
      if (['paragraph', 'heading', 'item'].includes(node.type)) flush();
    } else if (node.type === 'html_block') html(node);
    else if (node.type === 'html_inline')
      found.push(...(/^<\/?(b|sub)>$/.test(node.literal ?? '') ? [] : [`HTML ${node.literal}`]));
    else if (node.type === 'text') run += node.literal ?? '';
    else if (node.type === 'image') found.push(`an image of ${node.destination}`);
    else if (['code', 'softbreak', 'linebreak', 'link'].includes(node.type)) flush();
  }
  flush();
  if (opens !== closes) found.push(`${opens} blocks opened, ${closes} closed`);
  return found;
}

test('a reader of Markdown finds what it must not, when it is there', () => {
  expect(escapes('hello @ada')).toEqual(['pings @ada']);
  expect(escapes('<details>\n\nx')).toEqual(['1 blocks opened, 0 closed']);
  expect(escapes('![x](https://a.b/c.png)')).toEqual(['an image of https://a.b/c.png']);
  expect(escapes('a <script> b')).toEqual(['HTML <script>']);
});

test.each([7, 8, 9, 10])('nothing that is written gets out of its place, seed %i', (seed) => {
  const pick = random(seed);
  for (let round = 0; round < 150; round++) {
    const comment = composeComment(parts(pick), { limit: [65_536, 3000][pick(2)] });
    expect({ round, escapes: escapes(comment) }).toEqual({ round, escapes: [] });
  }
});
