import { actionWords, effectWords } from './action-words';
import type { CommentPart } from './comment-part';
import { blocking, byPolicy } from './policy';
import { code, inline, visible as plain } from './markdown';
import { isDestructive } from './review';
import { truncate } from '../lib/truncate';
import type { Review } from '../contract/review';
import { costLines, driftLines } from './review-terminal';

type Told = Review['consequences'][number];
type Outcome = Review['policies'][number];

/** A review as its part of the pull request's comment. Whatever a plan says is escaped, in code or in a fence. */
export function commentPart(review: Review): CommentPart {
  const { environment, severity, policies } = review;
  const blocks = new Set(blocking(policies));
  return {
    environment,
    severity,
    blocked: review.blocked,
    verdict: inline(review.verdict),
    survives: [
      ...review.warnings.map((text) => `**warning**: ${prose(text)}`),
      ...review.consequences.filter(isDestructive).map(item),
      ...byPolicy([...blocks]).map(policyItem),
    ],
    details: [
      ...block('What follows', review.consequences.filter((told) => !isDestructive(told)).map(item)),
      ...block('Policies', byPolicy(policies.filter((outcome) => !blocks.has(outcome))).map(policyItem)),
      ...block('Cost', costLines(review, code)),
      ...block('Drift: somebody has changed this since the last deploy', review.drift.map(driftItem)),
      ...(review.desired === ''
        ? []
        : [{ title: 'What the machine converges to', body: plain(review.desired), fence: 'diff' as const }]),
      ...(review.changes.length === 0
        ? []
        : [{ title: `Resources: ${review.changes.length}`, body: resources(review), fence: 'diff' as const }]),
      ...block('Outputs', review.outputs.map(code)),
      ...(review.diagram === '' ? [] : [{ title: 'Architecture', body: review.diagram, fence: 'mermaid' as const }]),
    ],
  };
}

const block = (title: string, items: readonly string[]): { title: string; body: string }[] =>
  items.length === 0 ? [] : [{ title, body: items.map((text) => `- ${text}`).join('\n') }];

const place = (given: { file?: string; line?: number } | undefined): string =>
  given?.file === undefined || given.line === undefined ? '' : ` (${code(`${given.file}:${given.line}`)})`;

function item(told: Told): string {
  const facts = `${told.what === undefined ? '' : ` ${code(told.what)}`}${place(told.cause)}`;
  const alternative = told.alternative === undefined ? '' : ` *Instead:* ${prose(told.alternative)}`;
  return `**${isDestructive(told) ? effectWords[told.effect].toUpperCase() : effectWords[told.effect]}** ${name(told.subject)}${facts}: ${prose(told.says)}${alternative === '' ? '' : `.${alternative}`}`;
}

/** An address of a type that nobody here knows may say anything; our own words may not be code. */
const name = (subject: string): string => (/^[a-z][A-Za-z' -]*$/.test(subject) ? inline(subject) : code(subject));

/** More of one policy are counted: each is told as a consequence, too. */
const mostFindings = 5;

function policyItem(outcomes: readonly [Outcome, ...Outcome[]]): string {
  const [{ policy, level, title, acknowledged, docs }] = outcomes;
  const told = outcomes
    .slice(0, mostFindings)
    .map((outcome) => `${prose(outcome.message, outcome.address)}${place(outcome)}`);
  const until = acknowledged ? ` Acknowledged until ${code(acknowledged.until)}: ${code(acknowledged.reason)}.` : '';
  return `${acknowledged ? 'acknowledged' : `**${level}**`} ${code(policy)}, ${inline(title)}: ${[...told, ...(outcomes.length > mostFindings ? [`and ${outcomes.length - mostFindings} more`] : [])].join('; ')}.${until} See ${code(docs)}`;
}

/** A sentence of ours: what stands in backticks is code, and so is the address that it speaks of. */
function prose(text: string, address?: string): string {
  const parts =
    address === undefined
      ? [text]
      : text.split(address).flatMap((part, index) => (index === 0 ? [part] : [`\`${address}\``, part]));
  return parts
    .join('')
    .split(/(`[^`]+`)/)
    .map((part) => (/^`[^`]+`$/.test(part) ? code(part.slice(1, -1)) : spaced(part)))
    .join('');
}

/** `inline` takes the spaces at both ends. */
const spaced = (text: string): string =>
  text.trim() === ''
    ? text === ''
      ? ''
      : ' '
    : `${/^\s/.test(text) ? ' ' : ''}${inline(text)}${/\s$/.test(text) ? ' ' : ''}`;

function driftItem(drifted: Review['drift'][number]): string {
  const [head = '', ...attributes] = driftLines({ drift: [drifted] });
  return [code(head), ...attributes.map((text) => `  - ${code(text)}`)].join('\n');
}

const signs: Readonly<Record<string, string>> = {
  [actionWords.create]: '+',
  [actionWords.delete]: '-',
  [actionWords.replace]: '-',
  [actionWords.update]: '!',
  moved: '#',
  [actionWords.forget]: '#',
};

/** Every resource with its attributes, as a diff that GitHub colours. */
function resources({ changes }: Review): string {
  return changes
    .flatMap(({ address, action, attributes }) => [
      `${signs[action] ?? '#'} ${one(address)} ${action}`,
      ...attributes.map(
        ({ path, before, after, forcesReplacement }) =>
          `    ${one(path)}: ${one(before ?? 'nothing')} → ${one(after ?? 'nothing')}${forcesReplacement ? '  # forces the replacement' : ''}`,
      ),
    ])
    .join('\n');
}

const one = (text: string): string => {
  const shown = plain(text).replace(/\s+/g, ' ');
  return truncate(shown, 200, 197);
};
