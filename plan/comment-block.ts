import { fenceFor, guardLines, visible } from './markdown';

/** A folded block. */
export interface Block {
  /** HTML, already escaped. */
  readonly title: string;
  readonly body: string;
  readonly fence?: 'diff' | 'text' | 'mermaid';
}

interface Laid {
  readonly before: string;
  readonly lines: readonly string[];
  readonly after: string;
  /** Lengths: of the whole, and of the least that makes sense to show. */
  readonly whole: number;
  readonly least: number;
}

/** Room for the sentence about blocks that are not shown at all, beside where the whole is. */
const reserve = 100;

/** As many of the blocks, and of each as many of its lines, as there is room for. Small blocks are whole before large ones take more. */
export function fitBlocks(blocks: readonly Block[], room: number, where: string): string {
  const laid = blocks.map((block) => lay(block, where));
  if (sum(laid.map(({ whole }) => whole)) <= room) return laid.map((block) => show(block, block.whole, where)).join('');
  let left = room - reserve - where.length;
  const shown: Laid[] = [];
  for (const block of laid) {
    if (block.least > left) continue;
    left -= block.least;
    shown.push(block);
  }
  const missing = laid.length - shown.length;
  const shares = fairShares(shown, room - (missing > 0 ? reserve + where.length : 0));
  const sentence = `\n${number(missing)} folded ${missing === 1 ? 'block is' : 'blocks are'} left out: the full review is ${where}\n`;
  const rest = missing > 0 && sentence.length <= room ? sentence : '';
  return shown.map((block) => show(block, shares.get(block)!, where)).join('') + rest;
}

/** Nobody gets more than they need, and what they leave goes to the others. */
function fairShares(blocks: readonly Laid[], room: number): Map<Laid, number> {
  const shares = new Map<Laid, number>();
  let left = room - sum(blocks.map(({ least }) => least));
  [...blocks]
    .sort((a, b) => a.whole - a.least - (b.whole - b.least))
    .forEach((block, i) => {
      const more = Math.min(block.whole - block.least, Math.floor(left / (blocks.length - i)));
      shares.set(block, block.least + more);
      left -= more;
    });
  return shares;
}

function lay({ title, body, fence }: Block, where: string): Laid {
  const text = visible(body).replace(/\n+$/, '');
  const lines = fence === undefined ? guardLines(text) : text.split('\n');
  const marks = fence === undefined ? '' : fenceFor(text);
  const before = `\n<details><summary>${title}</summary>\n\n${fence === undefined ? '' : `${marks}${fence}\n`}`;
  const after = `\n${fence === undefined ? '' : `${marks}\n`}\n</details>\n`;
  const whole = before.length + sum(lines.map((line) => line.length + 1)) - 1 + after.length;
  // half a diagram is none
  const least =
    fence === 'mermaid'
      ? whole
      : before.length + Math.min(200, lines[0]!.length) + after.length + notice(lines.length, where).length;
  return { before, lines, after, whole, least: Math.min(whole, least) };
}

function show({ before, lines, after, whole }: Laid, share: number, where: string): string {
  if (whole <= share) return before + lines.join('\n') + after;
  const kept: string[] = [];
  let left = share - before.length - after.length - notice(lines.length, where).length;
  for (const line of lines) {
    if (line.length + 1 > left) break;
    left -= line.length + 1;
    kept.push(line);
  }
  return before + kept.join('\n') + after.replace(/(?=\n<\/details>\n$)/, notice(lines.length - kept.length, where));
}

const notice = (lines: number, where: string): string =>
  `\n… ${number(lines)} more ${lines === 1 ? 'line' : 'lines'}: the full review is ${where}\n`;
const number = (n: number): string => n.toLocaleString('en-US');
const sum = (numbers: readonly number[]): number => numbers.reduce((total, n) => total + n, 0);
