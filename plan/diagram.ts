import { effectWords } from './action-words';
import { visible } from '../lib/visible';
import { type Architecture, architectureOf } from './architecture';
import type { Consequence } from './consequence';
import { type Effect, effects } from '../contract/review';
import type { Part } from './part';
import type { Plan } from './plan';
import { withoutCredentials } from './secret-text';

/** More than this nobody reads; what is left out is counted. */
const most = 40;
/** Of the things beside the picture, and of the facts of one part. */
const [mostOthers, mostFacts] = [6, 3];
/** Services side by side, from top to bottom; more of them are legible from left to right only, as a comment is narrow. */
const mostInRow = 10;
/** Signs of a line. */
const longest = 60;
/** Mermaid draws no longer text (mermaid.js.org/config/schema-docs/config.html, maxTextSize): lines are cut to a third then. */
const longestText = 50_000;

/**
 * What a plan changes, where it stands in the architecture: what changes, its neighbours and the way that visitors come to it, for Mermaid
 * (mermaid.js.org/syntax/flowchart.html). Empty when nothing changes.
 * Names are numbers and labels hold letters, digits and a few signs only: no text from a plan can say anything to Mermaid.
 */
export function diagramOf(plan: Plan, consequences: readonly Consequence[]): string {
  const architecture = architectureOf(plan, consequences);
  const text = draw(architecture, longest);
  return text.length > longestText ? draw(architecture, longest / 3) : text;
}

function draw(architecture: Architecture, width: number): string {
  const { parts, flows, others } = architecture;
  const shown = chosen(architecture);
  if (shown.size === 0 && others.length === 0) return '';
  const drawn = [...parts].filter(([key]) => shown.has(key));
  const ids = new Map(drawn.map(([key], index) => [key, `n${index}`]));
  return [
    `flowchart ${drawn.filter(([key]) => key.startsWith('service ')).length > mostInRow ? 'LR' : 'TB'}`,
    ...drawn.map(([key, part]) => `  ${ids.get(key)!}${shaped(part, width)}:::${classOf(part.effect)}`),
    ...beside(others, width),
    ...leftOut([...parts].filter(([key]) => !shown.has(key)).map(([, part]) => part)),
    ...flows
      .filter(
        ([from, to]) =>
          shown.has(from) && shown.has(to) && !(to === 'machine' && from === 'public address' && shown.has('firewall')),
      )
      .map(([from, to]) => `  ${ids.get(from)!} --> ${ids.get(to)!}`),
    // strong colours with white text, and none for what stays: readable on GitHub's light and dark pages
    ...Object.entries(colours).map(
      ([name, colour]) => `  classDef ${name} fill:${colour},stroke:${colour},color:#ffffff`,
    ),
    '  classDef same fill:none,stroke:#8c959f',
    '  classDef note fill:none,stroke:none',
  ].join('\n');
}

/** What changes, the worst of it before the rest, then the ways to it, then what is next to it, as long as there is room; there always is for one way. */
function chosen({ parts, flows }: Architecture): Set<string> {
  const weight = (key: string): number => effects.indexOf(parts.get(key)!.effect!);
  const changed = [...parts.keys()]
    .filter((key) => parts.get(key)!.effect !== undefined)
    .sort((a, b) => weight(a) - weight(b));
  // requests come to a datastore by a service with a route; what has none is only reached from its machine
  const requests = flows.filter(([from, to]) => from !== 'machine' || !to.startsWith('service '));
  const cameFrom = new Map([...waysFrom('visitors', flows), ...waysFrom('visitors', requests)]);
  const wayTo = (key: string, host = parts.get(key)!.host): string[] => {
    const before = key === 'public address' && host !== undefined && parts.has(host) ? host : cameFrom.get(key);
    return before === undefined ? [] : [before, ...wayTo(before, host ?? parts.get(before)!.host)];
  };
  const neighbours = flows.flatMap(([from, to]) =>
    [from, to].filter((_, index, ends) => parts.get(ends[1 - index]!)!.effect !== undefined),
  );
  return new Set(
    [
      ...new Set([
        ...changed.slice(0, 1).flatMap((key) => wayTo(key)),
        ...changed,
        ...changed.flatMap((key) => wayTo(key)),
        ...neighbours,
      ]),
    ].slice(0, most),
  );
}

/** By key, the one before it on the shortest way from here. */
function waysFrom(start: string, flows: Architecture['flows']): Map<string, string> {
  const next = new Map<string, string[]>();
  for (const [from, to] of flows) {
    if (!next.has(from)) next.set(from, []);
    next.get(from)!.push(to);
  }
  const cameFrom = new Map<string, string>();
  const queue = [start];
  for (const at of queue) {
    for (const to of next.get(at) ?? []) {
      if (to === start || cameFrom.has(to)) continue;
      cameFrom.set(to, at);
      queue.push(to);
    }
  }
  return cameFrom;
}

const colours = {
  created: '#1a7f37',
  changed: '#0969da',
  interrupted: '#9a6700',
  replaced: '#bc4c00',
  destroyed: '#cf222e',
} as const;
const classOf = (effect: Effect | undefined): string =>
  effect === undefined
    ? 'same'
    : (({ moved: 'changed', forgotten: 'destroyed' } as Partial<Record<Effect, string>>)[effect] ?? effect);

const shapes: Readonly<Record<Part['form'], readonly [string, string]>> = {
  people: ['(["', '"])'],
  name: ['("', '")'],
  program: ['["', '"]'],
  store: ['[("', '")]'],
};

function shaped({ form, title, detail, effect, interruption, facts }: Part, width: number): string {
  const [open, close] = shapes[form];
  const happens =
    effect === undefined
      ? []
      : [
          `${effectWords[effect]}${interruption === undefined ? '' : `, ${interruption}`}`,
          ...facts.slice(0, mostFacts),
          ...more(facts.length - mostFacts),
        ];
  return `${open}${[title, ...(detail ? [detail] : []), ...happens].map((line) => escaped(line, width)).join('<br/>')}${close}`;
}

const more = (count: number): string[] => (count > 0 ? [`and ${count} more`] : []);

/** Things that nobody draws, in one box at the side, in the colour of the worst. */
function beside(others: readonly Consequence[], width: number): string[] {
  if (others.length === 0) return [];
  const lines = [
    ...others.slice(0, mostOthers).map(({ subject, effect }) => `${subject}: ${effectWords[effect]}`),
    ...more(others.length - mostOthers),
  ];
  return [
    `  also["${lines.map((line) => escaped(line, width)).join('<br/>')}"]:::${classOf(effects.find((each) => others.some(({ effect }) => effect === each)))}`,
  ];
}

function leftOut(parts: readonly Part[]): string[] {
  const changed = parts.filter(({ effect }) => effect !== undefined).length;
  const stays = parts.length - changed;
  const counts = [
    ...(changed > 0 ? [`${changed} more that ${changed === 1 ? 'changes' : 'change'}`] : []),
    ...(stays > 0 ? [`${stays} more that ${stays === 1 ? 'stays as it is' : 'stay as they are'}`] : []),
  ];
  return counts.length === 0 ? [] : [`  left["and ${counts.join(', ')}"]:::note`];
}

/**
 * A line of a label. Mermaid knows no quotes within quotes, and reads Markdown: its codes are `#34;` for a sign. All of ASCII is written so,
 * but for letters, digits and what stands between them in names. Formulas (`$$x$$`) and icons (`fa:fa-x`) it finds in codes, too, and not
 * across a sign of no width.
 */
export function escaped(text: string, width = longest): string {
  const signs = [...visible(withoutCredentials(text)).replace(/\s+/g, ' ')];
  const cut = (signs.length > width ? [...signs.slice(0, width), '…'] : signs).join('');
  return cut.replace(/(?<=[A-Za-z0-9])[.-](?=[A-Za-z0-9])|[,/]|([!-/:-@[-`{-~])/g, (sign, other?: string) =>
    other === undefined ? sign : `#${sign.charCodeAt(0)};${/[$:]/.test(sign) ? '#8203;' : ''}`,
  );
}
