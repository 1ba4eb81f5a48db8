import fc from 'fast-check';

/** Parts that mean something to one of the languages that a text goes through. */
const signs = [
  '${', '%{', '$${', '%%{', '$$', '$', '%', '{{', '}}', '{{.Node.Hostname}}', '{{end}}', '#{', '"', "'", '\\', '`', '\n', '\r\n', '\r', '\t', ' ', '  ', ': ', ' #', '#', '- ', '? ', '&a', '*a', '!!', '|', '>', '~',
  'null', 'yes', '0x10', '1e3', '---', '...', '%s', '%%', '%n', '$HOME', '$(id)', ';', '&&', '@', '=', '//', '\u0007', '\u001b[31m', '\u007f', '\u0085', '\u00a0', '\u2028', '\ufeff', 'é', 'e\u0301', '\u212b', '한', '\u1112\u1161\u11ab',
  'ﬁ', '👩‍🔧', '\u202e', '\ue000', '${TfToken', 'EOF', '<<', '<%', '{', '}', '[', ']', ',', '-', '--', '\u0301', '=\u0338',
];

/** Texts as people write them and as nobody expects them; no NUL and no half of a character, which no definition takes. */
export const arbitraryText = (): fc.Arbitrary<string> => fc.oneof(
  fc.array(fc.oneof({ weight: 3, arbitrary: fc.constantFrom(...signs) }, { weight: 1, arbitrary: fc.string({ unit: 'grapheme', maxLength: 4 }) }, { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 4 }) }), { maxLength: 12 }).map((parts) => parts.join('')),
  fc.string({ unit: 'binary', maxLength: 40 }),
).map((text) => text.replaceAll('\0', '').replaceAll(/tftoken/gi, '').replace(/\$\{tf\w*$/i, ''));
