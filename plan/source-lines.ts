/**
 * Lines of the properties in a file's object literals, by path: `platform.generation` in
 * `defineEnvironment({ platform: droplet({ generation: 4 }) })`. A call is looked through, a list is not. It reads brackets, texts and
 * comments and nothing else of TypeScript, so what it does not find, it does not guess. The compiler would find more, and is no
 * dependency of the program at work.
 */
export function propertyLines(source: string): Map<string, number> {
  const lines = new Map<string, number>();
  const stack: Frame[] = [];
  // the last word in front of a ":" or a bracket, and the key that a value is being read for
  let word: { text: string; line: number } | undefined;
  for (const token of tokens(source)) {
    const frame = stack.at(-1);
    if (token.kind === 'word') word = token;
    else if (token.text === ':' && frame?.kind === '{' && frame.key === undefined && word) {
      frame.key = word.text;
      note(lines, stack, word.line);
      word = undefined;
    } else if (token.text === ',' || token.text === '}') {
      // a property in short: `product,`
      if (frame?.kind === '{' && frame.key === undefined && word) {
        frame.key = word.text;
        note(lines, stack, word.line);
      }
      if (frame) frame.key = undefined;
      word = undefined;
      if (token.text === '}') stack.pop();
    } else if (token.text === ')' || token.text === ']') {
      stack.pop();
    } else if (token.text === '{' || token.text === '(' || token.text === '[') {
      stack.push({ kind: token.text, key: undefined, of: token.text === '(' ? word?.text : undefined });
      word = undefined;
    }
  }
  return lines;
}

interface Frame {
  readonly kind: string;
  /** The function that a bracket calls. */
  readonly of: string | undefined;
  key: string | undefined;
}

const definitions: ReadonlySet<string> = new Set(['defineEnvironment', 'defineProduct']);

/** The first one counts. */
function note(lines: Map<string, number>, stack: readonly Frame[], line: number): void {
  // in a list things have no name; outside of a call it is no definition
  if (stack.some(({ kind }) => kind === '[') || !definitions.has(stack[0]?.of ?? '')) return;
  const path = stack.flatMap(({ key }) => key ?? []).join('.');
  if (!lines.has(path)) lines.set(path, line);
}

interface Token {
  readonly kind: 'word' | 'sign';
  readonly text: string;
  readonly line: number;
}

const pattern =
  /\/\/[^\n]*|\/\*[\s\S]*?\*\/|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\.|[^`\\])*`|[A-Za-z_$][\w$]*|[{}()[\]:,]|\n/g;

function* tokens(source: string): Generator<Token> {
  let line = 1;
  for (const [text] of source.matchAll(pattern)) {
    if (text === '\n') line++;
    else if (text.startsWith('/')) line += newlines(text);
    else if (/^['"]/.test(text)) yield { kind: 'word', text: text.slice(1, -1), line };
    else if (text.startsWith('`')) line += newlines(text);
    else yield { kind: /^[A-Za-z_$]/.test(text) ? 'word' : 'sign', text, line };
  }
}

const newlines = (text: string): number => text.split('\n').length - 1;
