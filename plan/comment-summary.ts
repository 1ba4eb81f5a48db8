import type { CommentPart } from './comment-part';
import { guardLine, inline, shorten } from './markdown';

const signs: Record<CommentPart['severity'], string> = {
  failed: '❌',
  destructive: '⚠️',
  changed: '✏️',
  unchanged: '✅',
};

/** Lengths that the lines are cut to, one after the other, before any of them is left out. */
const lengths = [Infinity, 600, 300, 150, 80];

/** Room for a line that tells how much is left out. */
const reserve = 200;

/** A line for each environment, with what must be read beneath it; all of it, unless the lines alone are too many. */
export function fitSummary(parts: readonly CommentPart[], room: number, where: string): string {
  const guarded = parts.map((part) => ({
    verdict: `- ${signs[part.severity]} **${inline(part.environment)}**: ${guardLine(part.verdict)}`,
    lines: part.survives.map((line) => `  - ${guardLine(line)}`),
  }));
  for (const length of lengths) {
    const text = guarded
      .flatMap(({ verdict, lines }) => [
        shorten(verdict, Math.max(length, 150)),
        ...lines.map((line) => shorten(line, length)),
      ])
      .join('\n');
    if (text.length <= room) return text;
  }
  return counted(
    guarded.map(({ verdict, lines }) => ({
      verdict: shorten(verdict, 150),
      lines: lines.map((line) => shorten(line, 80)),
    })),
    room,
    where,
  );
}

/** The very last resort: the environments first, then as many of their lines as there is room for, and how many more there are. */
function counted(
  parts: readonly { readonly verdict: string; readonly lines: readonly string[] }[],
  room: number,
  where: string,
): string {
  let left = room - reserve;
  const shown: { verdict: string; lines: readonly string[]; kept: string[] }[] = [];
  for (const { verdict, lines } of parts) {
    const needs = verdict.length + 1 + (lines.length > 0 ? reserve + where.length : 0);
    if (needs > left) break;
    left -= needs;
    shown.push({ verdict, lines, kept: [] });
  }
  for (const part of shown) {
    for (const line of part.lines) {
      if (line.length + 1 > left) break;
      left -= line.length + 1;
      part.kept.push(line);
    }
  }
  const missing = parts.length - shown.length;
  return [
    ...shown.flatMap(({ verdict, lines, kept }) => [
      verdict,
      ...kept,
      ...(kept.length < lines.length
        ? [
            `  - **and ${number(lines.length - kept.length)} more of these**, ${number(lines.length)} in all: the full review is ${where}`,
          ]
        : []),
    ]),
    ...(missing > 0 ? [`- **and ${number(missing)} more environments**: the full review is ${where}`] : []),
  ].join('\n');
}

const number = (n: number): string => n.toLocaleString('en-US');
