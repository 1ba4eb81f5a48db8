import { effectWords } from './action-words';
import { categories, type Category, effects } from '../contract/review';
import { type Consequence, type Teller, whole } from './consequence';
import { tellBucket, tellDatabase, tellVolume } from './consequence-data';
import { tellMachine } from './consequence-machine';
import { tellOther } from './consequence-other';
import { tellServices } from './consequence-services';
import { groupChanges } from './group';
import { kindOf, type Plan } from './plan';

const tellers: Partial<Record<Category, { teller: Teller; about: string }>> = {
  machine: { teller: tellMachine, about: '' },
  volume: { teller: tellVolume, about: 'digitalocean_volume' },
  bucket: { teller: tellBucket, about: '' },
  database: { teller: tellDatabase, about: '' },
  service: { teller: tellServices, about: 'digitalocean_spaces_bucket_object' },
};

/** What a plan does, thing by thing, the worst first. Each resource that changes is in exactly one of them, or in those of one group. */
export function consequencesOf(plan: Plan): Consequence[] {
  const everything = whole(plan);
  const told = groupChanges(plan).flatMap((group) => {
    const own = tellers[group.category];
    const teller =
      own && (own.about === '' || group.changes.some(({ type }) => type === own.about)) ? own.teller : tellOther;
    return teller(group, everything);
  });
  // sorting is stable: what weighs the same stays in Terraform's order
  return told
    .map((consequence) => ({ consequence, weight: weightOf(consequence) }))
    .sort((a, b) => a.weight - b.weight)
    .map(({ consequence }) => consequence);
}

const order = Object.keys(categories);
const weightOf = ({ effect, data, category }: Consequence): number =>
  ((data === 'lost' ? 0 : effects.length) + effects.indexOf(effect)) * order.length + order.indexOf(category);

/** As many are told by what they are; more are counted. */
const fewEnough = 2;
/** A verdict is one line. */
const longest = 100;

/** `api memory 512 → 640 MiB, in place`; nothing when there are too many, or one says too little by itself. */
function eachWords(consequences: readonly Consequence[]): string | undefined {
  if (consequences.length > fewEnough) return undefined;
  const told = consequences.flatMap(({ subject, what, effect }) =>
    what === undefined ? [] : [`${subject} ${what}, ${effectWords[effect]}`],
  );
  const words = told.join('; ');
  return told.length === consequences.length && words.length <= longest ? words : undefined;
}

/**
 * `api memory 512 → 640 MiB, in place` of one or two things, `1 machine replaced, 5 changes in place` of more; an environment that begins or ends is
 * told as a whole.
 */
export function countedWords(consequences: readonly Consequence[], plan: Plan): string {
  if (consequences.length === 0) return 'no change';
  const managed = plan.changes.filter(({ mode }) => mode === 'managed').map(kindOf);
  if (managed.length > 1 && managed.every((kind) => kind === 'create'))
    return `everything created: ${managed.length} resources`;
  if (managed.length > 1 && managed.every((kind) => kind === 'delete'))
    return `everything destroyed: ${managed.length} resources`;
  const each = eachWords(consequences);
  if (each !== undefined) return each;
  const parts = effects.flatMap((effect) => {
    const those = consequences.filter((consequence) => consequence.effect === effect);
    if (those.length === 0) return [];
    if (effect === 'changed') return [`${those.length} ${those.length === 1 ? 'change' : 'changes'} in place`];
    if (effect === 'created' || effect === 'moved' || effect === 'forgotten')
      return [`${those.length} ${effectWords[effect]}`];
    const byCategory = new Map<Category, number>();
    for (const { category } of those) byCategory.set(category, (byCategory.get(category) ?? 0) + 1);
    return [...byCategory].map(
      ([category, count]) => `${count} ${count === 1 ? category : categories[category]} ${effectWords[effect]}`,
    );
  });
  return parts.join(', ');
}
