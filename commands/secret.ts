import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { relative } from 'node:path';
import { text } from 'node:stream/consumers';
import { Command } from 'commander';
import { githubName } from '../definition/environment';
import { sealedFile } from '../definition/load';
import { didYouMean } from '../definition/problem';
import type { Environment, SealedSecret } from '../definition/resolve';
import { environmentPublicKey } from './github-public-key';
import { environmentsFolder, findEnvironment, projectRoot } from './project';

export const secretCommand = (): Command => new Command('secret')
  .description('Secrets of an environment\'s GitHub workflows, kept as ciphertext beside its file')
  .addCommand(new Command('set')
    .description('Seal a value to the environment\'s key at GitHub (GITHUB_TOKEN); the value comes from a prompt or standard input, never from an argument')
    .argument('<env>', 'the environment')
    .argument('<name>', 'the secret, as the environment\'s github.secrets names it')
    .action(setSecret));

async function setSecret(environmentName: string, name: string): Promise<void> {
  const root = projectRoot();
  const folder = environmentsFolder(root);
  const environment = findEnvironment(environmentName, root);
  checkName(environment, name);
  const key = await environmentPublicKey(environment);
  const value = await readValue(name);
  const sealed = await seal(value, key.key);
  const file = sealedFile(folder, environment.name);
  keep(file, name, { keyId: key.keyId, sealed });
  process.stdout.write(`${name} is sealed in ${relative(root, file)}. Commit it; the next deploy of ${environment.name} hands it to GitHub.\n`);
}

function checkName({ name: environment, github }: Environment, name: string): void {
  const checked = githubName.safeParse(name);
  if (!checked.success) throw new Error(`"${name}" cannot be a secret's name at GitHub: ${checked.error.issues[0]!.message}`);
  if (github.secrets.includes(name)) return;
  throw new Error(`${environment} declares no secret "${name}" (github.secrets: ${github.secrets.join(', ') || 'none'})${didYouMean(name, github.secrets)}: add it to the environment's file first`);
}

/** From a prompt on a terminal, which shows nothing; else from standard input, without the newline at its end. */
async function readValue(name: string): Promise<string> {
  const value = process.stdin.isTTY
    ? await (await import('@inquirer/password')).default({ message: `Value of ${name}`, mask: true })
    : (await text(process.stdin)).replace(/\r?\n$/, '');
  if (value === '') throw new Error(`no value was given for ${name}: type it at the prompt, or hand it over on standard input`);
  // docs.github.com, "Limits for secrets": 48 KB
  if (Buffer.byteLength(value) > 48 * 1024) throw new Error(`the value of ${name} takes ${Buffer.byteLength(value)} bytes; GitHub takes 49,152 at most`);
  return value;
}

async function seal(value: string, publicKey: string): Promise<string> {
  const sodium = (await import('libsodium-wrappers')).default;
  await sodium.ready;
  const box = sodium.crypto_box_seal(sodium.from_string(value), sodium.from_base64(publicKey, sodium.base64_variants.ORIGINAL));
  return sodium.to_base64(box, sodium.base64_variants.ORIGINAL);
}

function keep(file: string, name: string, secret: SealedSecret): void {
  const all = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Record<string, SealedSecret>) : {};
  const next = Object.fromEntries(Object.entries({ ...all, [name]: secret }).sort(([a], [b]) => (a < b ? -1 : 1)));
  writeFileSync(`${file}.next`, `${JSON.stringify(next, null, 2)}\n`);
  renameSync(`${file}.next`, file);
}
