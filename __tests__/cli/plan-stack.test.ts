import { mustHaveSecrets } from '../../cli/plan-stack';

test("a job without secrets, as Dependabot's pull requests get, is told what is missing and where it belongs", () => {
  expect(() =>
    mustHaveSecrets('staging', { DIGITALOCEAN_TOKEN: '', AWS_ACCESS_KEY_ID: '', GITHUB_TOKEN: 'x' }),
  ).toThrow(
    /^staging cannot be planned: DIGITALOCEAN_TOKEN, AWS_ACCESS_KEY_ID are empty, so this job has no such secrets\n[\s\S]*"plan" for plans[\s\S]*Dependabot's pull request: plan it from workflow_run/,
  );
});

test('what is not set at all may come from elsewhere, such as a profile', () => {
  expect(() => mustHaveSecrets('staging', { GITHUB_TOKEN: 'x' })).not.toThrow();
});
