import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import { readPlan } from '../plan/plan';
import { readPlanFile } from '../plan/plan-file';
import type { Planned } from '../plan/seal';
import { digestOf, parseStack, sha256 } from '../plan/stack-json';

export const stackFolder = (root: string, environment: string): string =>
  join(root, 'cdktf.out', 'stacks', environment);

/** The plan that `cdktf diff ENV` leaves. */
export const planOf = (root: string, environment: string): string => join(stackFolder(root, environment), 'plan');

export const terraformBinary = (): string => process.env.TERRAFORM_BINARY_NAME ?? 'terraform';

/** Opens a plan file as the plan of an environment; throws when it is another's, or is older than the synthesized stack. */
export async function openPlan(root: string, environment: string, path = planOf(root, environment)): Promise<Planned> {
  const folder = stackFolder(root, environment);
  const synthesized = join(folder, 'cdk.tf.json');
  if (!existsSync(synthesized))
    throw new Error(
      `there is no synthesized stack "${environment}" in cdktf.out: run \`npx cdktf diff ${environment}\` first`,
    );
  const file = readPlanFile(path);
  if (digestOf(file.stack) !== digestOf(parseStack(readFileSync(synthesized, 'utf8')))) {
    throw new Error(
      `${path} is a plan of another stack, or of another synth than the one in cdktf.out: \`npx cdktf diff ${environment}\` plans anew`,
    );
  }
  return { environment, file, plan: readPlan(await showPlan(folder, path), path), assets: assetsOf(folder) };
}

function assetsOf(folder: string): Record<string, string> {
  const assets = join(folder, 'assets');
  if (!existsSync(assets)) return {};
  const files = readdirSync(assets, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  return Object.fromEntries(files.map((file) => [relative(folder, file), sha256(readFileSync(file))]));
}

/** Takes a plan file away: it holds values that are kept nowhere else in the clear but in the state. */
export const forgetPlan = (root: string, environment: string): void =>
  rmSync(planOf(root, environment), { force: true });

/** What `terraform show -json` says. It holds secrets in the clear: it stays in memory. */
function showPlan(cwd: string, path: string): Promise<string> {
  return new Promise((resolve, reject) => {
    // a plan of thousands of resources is large
    execFile(terraformBinary(), ['show', '-json', path], { cwd, maxBuffer: 1024 ** 3 }, (error, stdout, stderr) => {
      if (!error) return resolve(stdout);
      const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
      return reject(
        new Error(
          missing
            ? `${terraformBinary()} was not found on PATH`
            : `${path} cannot be shown: ${stderr.trim().slice(0, 2000)}`,
        ),
      );
    });
  });
}
