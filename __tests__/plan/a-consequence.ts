import type { Consequence } from '../../plan/consequence';
import { consequencesOf } from '../../plan/consequences';
import { aPlan, type Entry } from './a-plan';

export type Row = readonly [
  effect: string,
  subject: string,
  what: string,
  says: string,
  fates: string,
  resources: number,
];

/** A consequence as tables of tests say it. */
export const row = ({ effect, subject, what = '', says, data, address, secrets, resources }: Consequence): Row => [
  effect,
  subject,
  what,
  says,
  [data && `data ${data}`, address && `address ${address}`, secrets && `secrets ${secrets}`].filter(Boolean).join(', '),
  resources.length,
];

export const told = (...entries: Entry[]): Row[] => consequencesOf(aPlan(entries)).map(row);
