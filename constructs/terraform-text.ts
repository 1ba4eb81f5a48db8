import { type IResolvable, Token, Tokenization } from 'cdktf';

/** What cdktf puts where a reference will stand. Nobody can write one: definitions with it are refused (`definition/plain.ts`). */
const reference = /(\$\{TfToken\[[^\]]*\]\})/;

/**
 * Terraform reads `${` and `%{` in any text as the start of a template; doubled, they are what they are (developer.hashicorp.com/terraform/language/expressions/strings).
 * Where it reads more into a text, the letters come as a template that holds them: several signs in a row; a carriage return that ends no line, behind which it
 * sees no template; a byte order mark, which it drops; letters that join the next one (Unicode's Prepend, UAX 29), behind which it sees no quote.
 */
const awkward =
  '[\\r\\ufeff\\u0600-\\u0605\\u06dd\\u070f\\u0890\\u0891\\u08e2\\u0d4e\\u{110bd}\\u{110cd}\\u{111c2}\\u{111c3}\\u{113d1}\\u{1193f}\\u{11941}\\u{11a3a}\\u{11a84}-\\u{11a89}\\u{11d46}\\u{11f02}]';
const signs = `[$%]+(?=\\{)|[$%]*(?:(?!\\r\\n)${awkward})+`;
const everywhere = new RegExp(signs, 'gu');
const beforeReference = new RegExp(`${signs}|[$%]+$`, 'gu');

const literal = (text: string): string =>
  text
    .split(reference)
    .map((part, index, parts) => {
      if (index % 2 === 1) return part;
      return part.replace(index === parts.length - 1 ? everywhere : beforeReference, (found, at: number) =>
        /^[$%]$/.test(found) && part[at + 1] === '{' ? found + found : `\${"${named(found)}"}`,
      );
    })
    .join('');

/** HCL's own escapes. */
const named = (text: string): string =>
  [...text]
    .map((letter) => (/[$%]/.test(letter) ? letter : `\\U${letter.codePointAt(0)!.toString(16).padStart(8, '0')}`))
    .join('');

/**
 * What an element gives to Terraform, with every text in it taken literally; only references stay references. A stack does this with all of its
 * elements (`constructs/stack.ts`), so no construct has to think of it, and none can forget it.
 */
export function literally(value: unknown): unknown {
  if (typeof value === 'string') return literal(value);
  if (Array.isArray(value)) return value.map(literally);
  if (typeof value !== 'object' || value === null || Tokenization.isResolvable(value)) return value;
  // keys of maps are templates as well
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [literal(key), literally(inner)]));
}

class Expression implements IResolvable {
  readonly creationStack: string[] = [];
  constructor(private readonly text: string) {}
  resolve(): string {
    return `\${${this.text}}`;
  }
  toString(): string {
    return Token.asString(this);
  }
  toJSON(): string {
    return '<expression>';
  }
}

/** A text that Terraform works out: `expression('each.key')` is `${each.key}`. What people wrote has no place in it. */
export const expression = (text: string): string => Token.asString(new Expression(text));

/** Rendered text with each mark replaced by its reference. */
export function withReferences(text: string, references: Readonly<Record<string, string>>): string {
  return Object.entries(references).reduce((result, [mark, wanted]) => {
    if (!result.includes(mark))
      throw new Error(`the rendered text does not hold the mark ${mark}: its template and its reference have parted`);
    return result.replaceAll(mark, () => wanted);
  }, text);
}
