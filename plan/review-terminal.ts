import { effectWords } from './action-words';
import pc from 'picocolors';
import { dollars } from './cost';
import { visible as plain } from './markdown';
import { byPolicy } from './policy';
import { isDestructive } from './review';
import type { Review } from '../contract/review';

type Told = Review['consequences'][number];

const line = (text: string): string => plain(text).replace(/\s+/g, ' ').trim();

/** A review for a person at a terminal, at most this many columns wide. Colour is picocolors' business. */
export function renderTerminal(review: Review, columns = 110): string {
  const blocks = [
    [verdictLine(review)],
    [
      ...review.warnings.flatMap((text) =>
        wrap(`warning: ${line(text)}`, columns - 2).map((part) => `  ${pc.red(part)}`),
      ),
      ...consequences(review, columns),
    ],
    cost(review),
    policies(review, columns),
    drift(review),
    desired(review),
    review.outputs.length > 0 ? [`${pc.bold('outputs')} that change: ${review.outputs.map(line).join(', ')}`] : [],
  ];
  const [head = [], told = [], ...rest] = blocks;
  return [[...head, ...told], ...rest]
    .filter((lines) => lines.length > 0)
    .map((lines) => `${lines.join('\n')}\n`)
    .join('\n');
}

function verdictLine({ environment, verdict, severity, blocked }: Review): string {
  const paint = blocked || severity === 'destructive' ? pc.red : severity === 'changed' ? pc.yellow : pc.green;
  return `${pc.bold(line(environment))} · ${paint(line(verdict))}`;
}

const paintOf = (told: Told): ((text: string) => string) =>
  isDestructive(told)
    ? pc.red
    : told.effect === 'interrupted'
      ? pc.yellow
      : told.effect === 'created'
        ? pc.green
        : (text) => text;

function consequences({ consequences: all }: Review, columns: number): string[] {
  const width = Math.min(36, Math.max(0, ...all.map(({ subject }) => line(subject).length)));
  const indent = 2 + 13 + width + 2;
  return all.flatMap((told) => {
    const subject = line(told.subject);
    const start = `  ${paintOf(told)((isDestructive(told) || told.effect === 'interrupted' ? effectWords[told.effect].toUpperCase() : effectWords[told.effect]).padEnd(13))}${subject.padEnd(width)}  `;
    const text = wrap(sentence(told), Math.max(30, columns - indent));
    const [first = '', ...others] = subject.length > width ? ['', ...text] : text;
    return [
      `${start}${first}`.trimEnd(),
      ...others.map((part) => ' '.repeat(indent) + part),
      ...(told.alternative
        ? wrap(`instead: ${line(told.alternative)}`, Math.max(30, columns - indent)).map(
            (part) => ' '.repeat(indent) + pc.dim(part),
          )
        : []),
    ];
  });
}

/** `generation 3 → 4 (environments/production.ts:9): it boots beside the former one; …` */
export function sentence({ what, says, cause }: Told): string {
  const where = cause?.file === undefined || cause.line === undefined ? undefined : `${cause.file}:${cause.line}`;
  const facts = [what === undefined ? undefined : line(what), where === undefined ? undefined : `(${line(where)})`]
    .filter((part) => part !== undefined)
    .join(' ');
  return facts === '' ? line(says) : `${facts}: ${line(says)}`;
}

function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}

const from = (usd: number | undefined): string => (usd === undefined ? 'nothing' : dollars(usd));

/** What a plan does to the bill, as lines; `quote` is done to what comes from the plan. */
export function costLines(
  { cost: { before, after, items, unpriced, shared, asOf } }: Review,
  quote: (text: string) => string = line,
): string[] {
  if (items.length === 0 && unpriced.length === 0) return [];
  return [
    `${dollars(before)} → ${dollars(after)} a month`,
    ...items.map((item) => `${quote(item.address)}: ${quote(item.what)}, ${from(item.before)} → ${from(item.after)}`),
    ...(unpriced.length > 0
      ? [
          `without a price here, in no sum: ${unpriced.map(({ address, what }) => (what === address.split('.')[0] ? quote(address) : `${quote(address)} (${quote(what)})`)).join(', ')}`,
        ]
      : []),
    ...shared.map((text) => `not counted: ${text}`),
    `prices of ${asOf.droplets} (droplets) and ${asOf.others} (all else), in US dollars without tax and traffic`,
  ];
}

function cost(review: Review): string[] {
  const lines = costLines(review);
  return lines.length === 0 ? [] : [pc.bold('cost'), ...lines.map((text) => `  ${text}`)];
}

const marks = { error: pc.red('✗'), warning: pc.yellow('!'), note: pc.dim('·') } as const;

/** More of one policy are counted: what they are about is told above. */
const mostFindings = 6;

function policies({ policies: all }: Review, columns: number): string[] {
  if (all.length === 0) return [];
  return [
    pc.bold('policies'),
    ...byPolicy(all).flatMap((outcomes) => {
      const [{ policy, level, title, docs, acknowledged }] = outcomes;
      return [
        `  ${acknowledged ? pc.dim('✓') : marks[level]} ${policy}: ${title} ${pc.dim(docs)}`,
        ...outcomes
          .slice(0, mostFindings)
          .flatMap((outcome) =>
            wrap(`${line(outcome.message)}${placeOf(outcome)}`, columns - 4).map((part) => `    ${part}`),
          ),
        ...(outcomes.length > mostFindings ? [`    and ${outcomes.length - mostFindings} more`] : []),
        ...(acknowledged ? [`    acknowledged until ${line(acknowledged.until)}: ${line(acknowledged.reason)}`] : []),
      ];
    }),
  ];
}

const placeOf = ({ file, line: at }: { file?: string; line?: number }): string =>
  file === undefined || at === undefined ? '' : ` (${line(file)}:${at})`;

/** What somebody has changed behind Terraform's back, as lines of text. */
export const driftLines = ({ drift: all }: Pick<Review, 'drift'>): string[] =>
  all.flatMap(({ address, action, attributes }) => [
    `${line(address)} ${action === 'destroyed' ? 'is gone' : 'was changed'}`,
    ...attributes.map(
      ({ path, before = 'nothing', after = 'nothing' }) => `  ${line(path)}: ${line(before)} → ${line(after)}`,
    ),
  ]);

function drift(review: Review): string[] {
  const lines = driftLines(review);
  return lines.length === 0
    ? []
    : [`${pc.bold('drift')}: somebody has changed this since the last deploy`, ...lines.map((text) => `  ${text}`)];
}

function desired({ desired: diff }: Review): string[] {
  if (diff === '') return [];
  const lines = plain(diff)
    .trimEnd()
    .split('\n')
    .filter((text) => !/^(---|\+\+\+) /.test(text));
  return [
    pc.bold('what the machine converges to'),
    ...lines.map(
      (text) => `  ${text.startsWith('+') ? pc.green(text) : text.startsWith('-') ? pc.red(text) : pc.dim(text)}`,
    ),
  ];
}
