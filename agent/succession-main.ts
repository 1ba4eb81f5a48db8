import { readFileSync } from 'node:fs';
import { deployer } from './deployer';
import { succeed } from './succession';

/** What Terraform runs before the volume leaves a machine. Whether another one follows is told by the stack that is applied. */
async function main(env: NodeJS.ProcessEnv): Promise<void> {
  const { say, spaces, need } = deployer(env);
  if (spaces === undefined) return;
  await succeed({ spaces, bucket: need('BUCKET'), successor: generationOf(readFileSync('cdk.tf.json', 'utf8')) !== need('GENERATION'), say });
}

/** The generation that the stack wants; nothing when it wants no machine. */
function generationOf(json: string): string | undefined {
  const { resource } = JSON.parse(json) as { resource?: { terraform_data?: Record<string, { triggers_replace?: { generation?: number } }> } };
  return resource?.terraform_data?.['machine-generation']?.triggers_replace?.generation?.toString();
}

main(process.env).catch((error: Error) => {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
});
