import type { Effect } from '../contract/review';
import type { Kind } from './plan';

/** What Terraform's actions are called wherever a person reads of them: in reviews, in the log of a deploy and in the history. */
export const actionWords: Readonly<Record<Kind, string>> = {
  create: 'created',
  update: 'updated in place',
  replace: 'replaced',
  delete: 'destroyed',
  forget: 'forgotten',
  read: 'read',
  'no-op': 'unchanged',
};

/** The same with what tells two ways of replacing apart, by the actions as Terraform lists them. */
export function describeActions(actions: readonly string[]): string {
  switch (actions.join()) {
    case 'delete,create':
      return `${actionWords.replace}, the old one destroyed first`;
    case 'create,delete':
      return `${actionWords.replace}, the new one created first`;
    case 'create,forget':
      return `${actionWords.replace}, the old one left as it is`;
    case 'forget':
      return `${actionWords.forget}, and left as it is`;
    default:
      return actionWords[actions.join() as Kind] ?? actions.join(', ');
  }
}

/** What a change is for whoever uses the environment. */
export const effectWords: Readonly<Record<Effect, string>> = {
  destroyed: 'destroyed',
  replaced: 'replaced',
  interrupted: 'interrupted',
  changed: 'in place',
  created: 'created',
  moved: 'moved',
  forgotten: 'forgotten',
};
