import type { Plan } from './workspace';

/** A plan's changes in one line, to compare and to report. */
export const describeChanges = ({ changes }: Pick<Plan, 'changes'>): string =>
  changes.map((change) => `${change.address} (${change.actions.join(', ')})`).join('; ');
