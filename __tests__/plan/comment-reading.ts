/** A comment as GitHub reads it: what stands outside of fences and code spans, where folded blocks begin and end. */
export function read(markdown: string): {
  text: string;
  fences: number;
  depth: number;
  deepest: number;
  unclosed: boolean;
} {
  const out: string[] = [];
  let fence: { sign: string; length: number } | undefined;
  let [fences, depth, deepest] = [0, 0, 0];
  for (const line of markdown.split('\n')) {
    const mark = /^ {0,3}(`{3,}|~{3,})(.*)$/.exec(line);
    if (fence) {
      if (mark && mark[1]![0] === fence.sign && mark[1]!.length >= fence.length && mark[2]!.trim() === '')
        fence = undefined;
      continue;
    }
    if (mark && !(mark[1]!.startsWith('`') && mark[2]!.includes('`'))) {
      fence = { sign: mark[1]![0]!, length: mark[1]!.length };
      fences++;
      continue;
    }
    const plain = line.replace(/(?<![\\`])(`+)(?!`)(?:.*?[^`])??\1(?!`)/g, '');
    depth += (plain.match(/<details>/g) ?? []).length - (plain.match(/<\/details>/g) ?? []).length;
    deepest = Math.max(deepest, depth);
    out.push(plain);
  }
  return { text: out.join('\n'), fences, depth, deepest, unclosed: fence !== undefined };
}

/** What GitHub would link or notify somebody about, outside of code. */
export const pings = (text: string): string[] =>
  [
    ...text.matchAll(
      /@[a-z\d][\w-]*|(?<!&)#\d+|\bGH\\?-\d+|\b(?:https?|ftp):\/\/\S+|\bwww\.\S+|(?<!&#)\b[0-9a-f]{7,40}\b/gi,
    ),
  ].map(([found]) => found);
