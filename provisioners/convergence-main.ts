import { waitForConvergence } from './convergence';
import { configBucket, deployer, failed } from './environment';

/** What Terraform runs last in an apply. */
async function main(env: NodeJS.ProcessEnv): Promise<void> {
  const { say, spaces, need } = deployer(env);
  if (spaces)
    await waitForConvergence({
      spaces,
      bucket: need('BUCKET'),
      config: configBucket(),
      digest: need('DIGEST'),
      timeout: Number(need('PATIENCE')),
      say,
    });
}

main(process.env).catch(failed);
