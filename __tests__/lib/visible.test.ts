import { visible, visibleAll, visibleJson, visibleLine } from '../../lib/visible';

const link = '\u001b]8;;https://evil.example\u0007click\u001b]8;;\u0007';

test.each([
  ['colours', '\u001b[31mred\u001b[0m', 'red'],
  ['a title and a link, of which the text stays', `\u001b]0;title\u0007${link}`, 'click'],
  ['a link without an end', '\u001b]8;;https://evil.example', 'ttps://evil.example'],
  ['a cursor that moves up, and a cleared screen', '\u001b[1A\u001b[2Kall is well\u001b[2J', 'all is well'],
  ['signs of one byte that steer a terminal as well', '\u009b2J\u0090q\u009c', '\\u0090q\\u009c'],
  ['signs that turn the direction of text', 'user\u202e\u2066gpj.exe\u2069', 'user\\u202e\\u2066gpj.exe\\u2069'],
  ['signs without width', 'pay\u200bpal\ufeff', 'pay\\u200bpal\\ufeff'],
  ['backspace, bell and nothing', 'ok\b\b\u0007\u0000', 'ok\\u0008\\u0008\\u0007\\u0000'],
  ['a carriage return that would write over the line', '✗ failed\r✓ healthy', '✗ failed\n✓ healthy'],
  ['half a letter', 'x\ud83d', 'x\\ud83d'],
])('%s: shown as text', (_, given, expected) => {
  expect(visible(given)).toBe(expected);
});

test('what can be seen stays as it is: letters of every kind, tabs and lines', () => {
  const text = 'Żółć, 日本語, 🚀, العربية:\n\tx = "1" \\n';
  expect(visible(text)).toBe(text);
});

test('in a table a line stays one line, also in the middle of a tree', () => {
  expect(visibleLine('one\r\ntwo\tthree')).toBe('one\\ntwo three');
  expect(visibleAll({ [`a${link}`]: ['\u001b[2Jx', 1, null, { b: 'c\nd' }] })).toEqual({
    aclick: ['x', 1, null, { b: 'c\\nd' }],
  });
});

test('JSON means the same afterwards, and a terminal shows it as text', () => {
  const value = { message: `\u009b2J\u202e${link}\u{e0041}🚀`, more: ['\u0000'] };
  const json = visibleJson(JSON.stringify(value, null, 2));
  expect(JSON.parse(json)).toEqual(value);
  expect(json).toMatch(/^[\n\x20-\x7e🚀]*$/u);
});
