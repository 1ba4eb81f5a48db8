import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

interface Job {
  readonly steps: readonly { readonly uses?: string; readonly with?: { readonly ref?: string } }[];
}

const folder = join(__dirname, '../../.github/workflows');
const jobs = readdirSync(folder).flatMap((file) =>
  Object.entries((parse(readFileSync(join(folder, file), 'utf8')) as { jobs: Record<string, Job> }).jobs).map(
    ([name, job]): [string, Job] => [`${file} ${name}`, job],
  ),
);

// a job that has run the code of environments may say anything: what it says is data, and never which program runs beside credentials
test.each(jobs)('%s takes the commit that it checks out from its event, and from no other job', (_, { steps }) => {
  const refs = steps.filter(({ uses }) => uses?.startsWith('actions/checkout@')).map((step) => step.with?.ref ?? '');
  // `matrix.change` is a word to compare with
  expect(
    refs.filter((ref) =>
      /\b(matrix|needs|steps|inputs|env|vars)\b/.test(ref.replace("matrix.change == 'removed' &&", '')),
    ),
  ).toEqual([]);
});
