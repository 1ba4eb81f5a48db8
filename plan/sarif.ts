import { createHash } from 'node:crypto';
import { policies } from './policy';
import { isDestructive } from './review';
import type { Review } from '../contract/review';

/** SARIF 2.1.0, as far as it is written here (docs.oasis-open.org/sarif/sarif/v2.1.0). */
export interface Sarif {
  readonly $schema: string;
  readonly version: '2.1.0';
  readonly runs: readonly [
    {
      readonly tool: { readonly driver: { readonly name: string; readonly rules: readonly Rule[] } };
      readonly results: readonly Result[];
    },
  ];
}

interface Rule {
  readonly id: string;
  readonly shortDescription: { readonly text: string };
  readonly help: { readonly text: string };
  readonly defaultConfiguration: { readonly level: 'error' | 'warning' | 'note' };
}

interface Result {
  readonly ruleId: string;
  readonly ruleIndex: number;
  readonly level: 'error' | 'warning' | 'note';
  readonly message: { readonly text: string };
  readonly locations: readonly [
    {
      readonly physicalLocation: {
        readonly artifactLocation: { readonly uri: string };
        readonly region: { readonly startLine: number };
      };
      readonly logicalLocations?: readonly { readonly fullyQualifiedName: string; readonly kind: 'resource' }[];
    },
  ];
  readonly partialFingerprints: Readonly<Record<string, string>>;
  readonly suppressions?: readonly [{ readonly kind: 'inSource'; readonly justification: string }];
}

const rules: readonly Rule[] = [
  ...policies.map(({ id, level, title }) => ({
    id,
    shortDescription: { text: title },
    help: { text: `docs/policies.md#${id}` },
    defaultConfiguration: { level },
  })),
  {
    id: 'destructive-change',
    shortDescription: { text: 'something is destroyed or replaced' },
    help: { text: 'docs/review.md' },
    defaultConfiguration: { level: 'warning' },
  },
];
const indexOf = new Map(rules.map(({ id }, index) => [id, index]));

/** A review for tools that show findings beside the lines they are about. What nobody wrote down points to the environment's file. */
export function renderSarif(review: Review): Sarif {
  const results = [
    ...review.policies.map((outcome) =>
      result(
        review,
        outcome.policy,
        outcome.level,
        outcome.message,
        outcome,
        outcome.address === undefined ? [] : [outcome.address],
        outcome.acknowledged,
      ),
    ),
    ...review.consequences
      .filter(isDestructive)
      .map((told) =>
        result(
          review,
          'destructive-change',
          'warning',
          `${told.subject} is ${told.effect}${told.what === undefined ? '' : ` (${told.what})`}: ${told.says}`,
          told.cause,
          told.resources,
        ),
      ),
  ];
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [{ tool: { driver: { name: 'berth', rules } }, results }],
  };
}

function result(
  { environment }: Review,
  ruleId: string,
  level: Result['level'],
  text: string,
  at: { file?: string; line?: number } | undefined,
  addresses: readonly string[],
  acknowledged?: { reason: string; until: string },
): Result {
  return {
    ruleId,
    ruleIndex: indexOf.get(ruleId)!,
    level,
    message: { text: `${environment}: ${text}` },
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: at?.file ?? `environments/${environment}.ts` },
          region: { startLine: at?.line ?? 1 },
        },
        ...(addresses.length === 0
          ? {}
          : {
              logicalLocations: addresses.map((fullyQualifiedName) => ({
                fullyQualifiedName,
                kind: 'resource' as const,
              })),
            }),
      },
    ],
    // the same finding stays the same when lines move
    partialFingerprints: {
      'finding/v1': createHash('sha256')
        .update([environment, ruleId, ...addresses, ...(addresses.length === 0 ? [text] : [])].join('\n'))
        .digest('hex')
        .slice(0, 32),
    },
    ...(acknowledged
      ? {
          suppressions: [
            { kind: 'inSource' as const, justification: `${acknowledged.reason} (until ${acknowledged.until})` },
          ] as const,
        }
      : {}),
  };
}
