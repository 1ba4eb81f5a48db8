import { code, fenceFor, guardLine, guardLines, inline, markup, shorten, visible } from '../../plan/markdown';

test.each([
  [
    'a person, a team, an address of mail',
    '@ada @acme/platform a@b.example',
    '@&#8203;ada @&#8203;acme/platform a@&#8203;b.example',
  ],
  ['issues', '#1 GH-2 acme/app#3', '\\#&#8203;1 GH\\-&#8203;2 acme/app#&#8203;3'],
  ['addresses', 'https://a.example www.a.example', 'https:&#8203;//a.example www&#8203;.a.example'],
  [
    'commits',
    'deadbeefdeadbeefdeadbeefdeadbeefdeadbeef',
    'deadbe&#8203;efdead&#8203;beefde&#8203;adbeef&#8203;deadbe&#8203;efdead&#8203;beef',
  ],
  ['entities', '&#64;ada &commat;ada', '&amp;#&#8203;64;ada &amp;commat;ada'],
  ['tags and code', '<img src=x> `a`', '&lt;img src=x&gt; \\`a\\`'],
  ['a formula that would hide what it holds', '$\\phantom{x}$ +$12.00', '&#36;\\\\phantom\\{x\\}&#36; \\+$12.00'],
  ['what begins a list, a heading or a quote', '- a', '\\- a'],
  ['several lines', 'a\n\n# b', 'a # b'],
])('%s: text stays text', (_, given, expected) => {
  expect(inline(given)).toBe(expected);
  expect(guardLine(expected)).toBe(expected);
});

test.each([
  ['colours', '\u001b[31mred\u001b[0m', 'red'],
  ['a text that turns around', 'a\u202etxt.exe', 'a\\u202etxt.exe'],
  ['half a pair, and a sign that cannot be seen', `${'\ud800'}\u{e0041}\u200b`, '\\ud800\\u{e0041}\\u200b'],
  ['the ends of lines', 'a\r\nb\rc\u2028d', 'a\nb\nc\nd'],
])('%s: everything can be seen', (_, given, expected) => {
  expect(visible(given)).toBe(expected);
});

test.each([
  ['a', '`a`'],
  ['a`b', '``a`b``'],
  ['`a`', '`` `a` ``'],
  ['a\nb', '`a b`'],
  ['', '` `'],
])('%j as code is %s', (given, expected) => {
  expect(code(given)).toBe(expected);
});

test('a fence is longer than every run in its block, or of the other sign', () => {
  expect([fenceFor('a'), fenceFor('```'), fenceFor('```\n~~~'), fenceFor('`````\n~~~')]).toEqual([
    '```',
    '~~~',
    '````',
    '~~~~',
  ]);
});

test('Markdown that its author made keeps its code and its links, and nothing else that could do something', () => {
  expect(guardLine('**a** `@ada` [docs](https://a.example/#1) @ada')).toBe(
    '**a** `@ada` [docs](https://a.example/#1) @&#8203;ada',
  );
  expect(guardLine('[x](javascript:a) ![p](https://a.example/p.png) [a]: b <b> `open')).toBe(
    '[x]\\(javascript:a) ![p]\\(https:&#8203;//a.example/p.png) [a]\\: b &lt;b> \\`open',
  );
  expect(guardLines('```\n  ~~~\n- a')).toEqual(['\\`\\`\\`', '  \\~~~', '- a']);
});

test('within a tag only tags and pings matter', () => {
  expect(markup('</summary> *a* @ada')).toBe('&lt;/summary&gt; *a* @&#8203;ada');
});

test.each([
  ['between words', 'one two three', 9, 'one two…'],
  ['before code that does not fit', 'one `two three`', 9, 'one…'],
  ['not within an entity', 'abc&#8203;def', 8, 'abc…'],
  ['not within a pair', 'abcd😀efgh', 6, 'abcd…'],
])('a line is cut %s', (_, given, length, expected) => {
  expect(shorten(given, length)).toBe(expected);
});
