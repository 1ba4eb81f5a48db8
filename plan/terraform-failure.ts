import { withoutCredentials } from './secret-text';

/** What went wrong in a run of Terraform: its headlines, and what to do where that is known. */
export interface Failure {
  readonly headlines: readonly string[];
  readonly todo?: string;
  /** Terraform did not even begin: nothing was changed. */
  readonly before?: true;
}

/** Each of these is said before anything is applied. */
const known: readonly { readonly says: RegExp; readonly todo: (output: string) => string }[] = [
  {
    says: /Error acquiring the state lock/,
    todo: (output) => {
      // before it comes what the store answered, with ids of its own
      const lock = output.slice(output.indexOf('Lock Info:'));
      const field = (name: string): string | undefined => new RegExp(`${name}:\\s+(\\S.*?)\\s*$`, 'm').exec(lock)?.[1];
      const [who, created, id] = [field('Who'), field('Created'), field('ID')];
      return `The state has been locked${who ? ` by ${who}` : ''}${created ? ` since ${created}` : ''}. Wait for that run to finish, then deploy again.${id ? ` If it was killed and will never end: \`terraform force-unlock ${id}\` in the stack's folder.` : ''}`;
    },
  },
  {
    says: /Saved plan is stale/,
    todo: () =>
      'Somebody else has applied in between, so this plan is out of date and nothing of it was applied: deploy again.',
  },
];

/** Reads the output of `cdktf diff` or `cdktf deploy`, which puts the stack's name before each line. */
export function readFailure(output: string): Failure {
  // the CLI's own says no more than that Terraform's is above
  const headlines = [
    ...new Set(
      [...output.matchAll(/(?<!External )Error: (?!External Error: Stack failed)(.*)/g)].map(([, text]) =>
        withoutCredentials(text!.trim()).slice(0, 300),
      ),
    ),
  ].slice(0, 5);
  const found = known.find(({ says }) => says.test(output));
  return { headlines, ...(found && { todo: found.todo(output), before: true }) };
}
