import { awaitMachine } from './await';
import { Spaces } from './spaces';

/** What Terraform runs last in an apply, with the key of whoever deploys (SPACES_ACCESS_KEY_ID, SPACES_SECRET_ACCESS_KEY). */
async function main(env: NodeJS.ProcessEnv): Promise<void> {
  const say = (line: string): void => void process.stdout.write(`${line}\n`);
  if (env.BERTH_MACHINES === 'records') return say('the machines of this rehearsal are records: there is nothing to wait for (--boot makes them real)');
  const need = (name: string): string => {
    const value = env[name];
    if (!value) throw new Error(`${name} is not set`);
    return value;
  };
  const spaces = new Spaces({
    endpoint: env.AWS_ENDPOINT_URL_S3 ?? `https://${need('REGION')}.digitaloceanspaces.com`,
    accessKeyId: need('SPACES_ACCESS_KEY_ID'), secretAccessKey: need('SPACES_SECRET_ACCESS_KEY'),
  });
  await awaitMachine({ spaces, bucket: need('BUCKET'), digest: need('DIGEST'), patience: Number(need('PATIENCE')), say });
}

main(process.env).catch((error: Error) => {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
});
