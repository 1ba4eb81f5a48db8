import { truncate } from '../lib/truncate';
import { compose } from './comment';
import type { CommentPart } from './comment-part';
import type { Drift, Drifted } from './drift';
import { code, inline } from './markdown';
import { markerLine } from './marker';
import { isDestructive } from './review';

/** The name in the hidden line that an environment's drift issue is found by. */
export const driftMarker = 'berth:drift';

export const driftTitle = (environment: string): string => `${environment} has drifted`;

const count = (n: number, what: string): string =>
  n === 0 ? '' : `${n} ${n === 1 ? 'resource' : 'resources'} ${what}`;

/** `1 resource changed, 2 resources destroyed, behind Terraform's back`. */
export function driftVerdict({ drifted }: Drift): string {
  const of = (how: Drifted['how']): number => drifted.filter((one) => one.how === how).length;
  if (drifted.length === 0) return 'as it was deployed';
  return `${[count(of('changed'), 'changed'), count(of('destroyed'), 'destroyed')].filter((part) => part !== '').join(', ')}, behind Terraform's back`;
}

/** `ports: "443" → "22"`; nothing on a side is said so. */
export const attributeText = ({ path, before, after }: Drifted['attributes'][number]): string =>
  `${path}: ${before ?? 'nothing'} → ${after ?? 'nothing'}`;

/** How the files and the world come together again. `file` is the environment's. */
export const wayBack = (environment: string, file: string): string[] => [
  `Deploy again, and it is as the files say: \`npx cdktf deploy ${environment}\`, or start the deploy workflow by hand.`,
  `Or take it into \`${file}\` (or \`environments/product.ts\`) and merge that: what is there stays, and the next plan is clean.`,
];

export interface DriftText {
  /** The environment's file, from the project's root. */
  readonly file: string;
  /** The run that found it, a URL. */
  readonly whole?: string;
  readonly limit?: number;
}

/** The issue of a drifted environment. */
export function composeDriftIssue(drift: Drift, { file, whole, limit }: DriftText): string {
  const { environment, drifted, consequences, undeployed } = drift;
  const kept = drifted.filter(({ takenBack }) => !takenBack);
  const part: CommentPart = {
    environment,
    severity: 'destructive',
    verdict: inline(driftVerdict(drift)),
    survives: [
      ...drifted.map(
        ({ address, how, attributes }) =>
          `**${how}** ${code(address)}${
            attributes.length === 0
              ? ''
              : `: ${attributes
                  .slice(0, 3)
                  .map((one) => code(cut(attributeText(one))))
                  .join(', ')}${attributes.length > 3 ? ` and ${attributes.length - 3} more` : ''}`
          }`,
      ),
      ...consequences.map(
        (told) =>
          `the next deploy: ${isDestructive(told) ? `**${told.effect.toUpperCase()}**` : `**${told.effect}**`} ${code(told.subject)}: ${inline(told.says)}`,
      ),
      ...(kept.length === 0
        ? []
        : [`the next deploy leaves ${kept.map(({ address }) => code(address)).join(', ')} as it is found`]),
    ],
    details: [
      {
        title: 'Everything that was changed',
        body: drifted
          .flatMap(({ address, how, attributes }) => [
            `${address} ${how}`,
            ...attributes.map((one) => `  ${attributeText(one)}`),
          ])
          .join('\n'),
        fence: 'text',
      },
      ...(undeployed.length === 0
        ? []
        : [
            {
              title: `Merged and not deployed, which is no drift: ${undeployed.length}`,
              body: undeployed.map((address) => `- ${code(address)}`).join('\n'),
            },
          ]),
    ],
  };
  return compose([part], {
    limit,
    whole,
    head: `${markerLine(driftMarker, environment)}\n### What is there is not what was deployed\n`,
    notes: wayBack(environment, file).map((text, i) => (i === 0 ? `**The way back.** ${text}` : text)),
    foot: ['kept by `npx berth drift --issue`: updated while it lasts, closed by itself'],
  });
}

const cut = (text: string): string => truncate(text, 160, 157);
