import type { Locate } from './cause';

/** What a provider refuses while it plans, in its own words, and what the environment's files have to do with it. */
const known: readonly { readonly says: RegExp; readonly paths: readonly string[]; readonly way: string }[] = [
  {
    says: /volumes `size` can only be expanded and not shrunk/,
    paths: ['platform.volume.size'],
    way: 'A volume never becomes smaller. Keep its size; or make another environment with a smaller volume beside this one, move the data, then destroy this one.',
  },
];

/** What a plan that failed needs to be told beside Terraform's sentence: which line asks for it, and the way out. Nothing where that is not known. */
export function refusedPlan(message: string, locate: Locate | undefined): string | undefined {
  const found = known.find(({ says }) => says.test(message));
  if (!found) return undefined;
  const cause = locate?.(found.paths);
  const where =
    cause?.file === undefined
      ? found.paths[0]!
      : `${cause.file}${cause.line === undefined ? '' : `:${cause.line}`}  ${cause.path}`;
  return `${where}: ${found.way}`;
}
