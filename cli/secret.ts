import { existsSync, readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { isUtf8 } from 'node:buffer';
import { buffer } from 'node:stream/consumers';
import { Command } from 'commander';
import { githubName } from '../definition/environment';
import { sealedFile } from '../definition/load';
import { didYouMean } from '../definition/problem';
import type { Environment, SealedSecret } from '../definition/resolve';
import { replaceFile } from '../lib/durable-file';
import { environmentPublicKey } from './github-public-key';
import { environmentsFolder, findEnvironment, projectRoot } from './project';
import { recipientOf } from './recipient';

export const secretCommand = (): Command =>
  new Command('secret')
    .description(
      "Encrypt secrets of an environment's services and GitHub workflows; ciphertexts are kept beside its file",
    )
    .addCommand(
      new Command('set')
        .description(
          "Encrypt a value to whoever declares it: the environment's machine, its GitHub environment (GITHUB_TOKEN), or both; the value comes from a prompt or standard input, never from an argument",
        )
        .argument('<env>', 'the environment')
        .argument(
          '<name>',
          "the secret, as a service's secrets, the environment's registries or its github.secrets name it",
        )
        .option(
          '--new-volume',
          "the machine's data volume is a new one, and with it the key that secrets are sealed to",
        )
        .action(setSecret),
    );

async function setSecret(
  environmentName: string,
  name: string,
  { newVolume = false }: { newVolume?: boolean },
): Promise<void> {
  const root = projectRoot();
  const environment = findEnvironment(environmentName, root);
  const users = [
    ...environment.services.filter(({ secrets }) => secrets.includes(name)).map((service) => service.name),
    ...Object.entries(environment.registries)
      .filter(([, { secret }]) => secret === name)
      .map(([host]) => host),
  ];
  const inGitHub = environment.github.secrets.includes(name);
  checkName(environment, name, inGitHub, users);
  // keys first: nobody types a value that cannot be sealed
  const key = inGitHub ? await environmentPublicKey(environment) : undefined;
  const recipient =
    users.length > 0 ? await recipientOf(environment, environmentsFolder(root), root, newVolume) : undefined;
  const value = await readValue(name);
  const file = sealedFile(environmentsFolder(root), environment.name);
  keep(file, name, {
    ...(key && { github: { keyId: key.keyId, sealed: await seal(value, key.key) } }),
    ...(recipient !== undefined && { machine: { recipient, sealed: await sealToMachine(value, recipient) } }),
  });
  const whom = [
    ...(users.length > 0 ? [`the machine (${users.join(', ')})`] : []),
    ...(inGitHub ? ['GitHub'] : []),
  ].join(' and ');
  process.stdout.write(
    `${name} is sealed in ${relative(root, file)}. Commit it; the next deploy of ${environment.name} hands it to ${whom}.\n`,
  );
}

function checkName(
  { name: environment, github, services, registries }: Environment,
  name: string,
  inGitHub: boolean,
  users: readonly string[],
): void {
  if (users.length > 0 && !inGitHub) return;
  const checked = githubName.safeParse(name);
  if (!checked.success)
    throw new Error(`"${name}" cannot be a secret's name at GitHub: ${checked.error.issues[0]!.message}`);
  if (inGitHub) return;
  const declared = [
    ...new Set([
      ...github.secrets,
      ...services.flatMap(({ secrets }) => secrets),
      ...Object.values(registries).map(({ secret }) => secret),
    ]),
  ];
  throw new Error(
    `${environment} declares no secret "${name}" (it declares ${declared.join(', ') || 'none'})${didYouMean(name, declared)}: name it in a service's secrets, in registries, or in github.secrets, first`,
  );
}

async function sealToMachine(value: string, recipient: string): Promise<string> {
  const { armor, Encrypter } = await import('age-encryption');
  const encrypter = new Encrypter();
  encrypter.addRecipient(recipient);
  return armor.encode(await encrypter.encrypt(value));
}

/** From a prompt on a terminal, which shows nothing; else from standard input, without the newline at its end. */
async function readValue(name: string): Promise<string> {
  const value = process.stdin.isTTY
    ? await (await import('@inquirer/password')).default({ message: `Value of ${name}`, mask: true })
    : asText(name, await buffer(process.stdin)).replace(/\r?\n$/, '');
  if (value === '')
    throw new Error(`no value was given for ${name}: type it at the prompt, or hand it over on standard input`);
  // docs.github.com, "Limits for secrets": 48 KB
  if (Buffer.byteLength(value) > 48 * 1024)
    throw new Error(`the value of ${name} takes ${Buffer.byteLength(value)} bytes; GitHub takes 49,152 at most`);
  return value;
}

/** A service reads secrets from its environment, which holds text. Bytes that are none would arrive as others. */
function asText(name: string, bytes: Buffer): string {
  const instead = `hand it over as base64, and have the service decode it: base64 --wrap=0 FILE | npx berth secret set …`;
  if (!isUtf8(bytes))
    throw new Error(
      `the value of ${name} is not text (not UTF-8), and an environment variable holds text alone: ${instead}`,
    );
  if (bytes.includes(0))
    throw new Error(`the value of ${name} holds a NUL byte, which no environment variable can: ${instead}`);
  // a mark of the file's encoding is a part of the value: a decoder would drop it
  return bytes.toString('utf8');
}

async function seal(value: string, publicKey: string): Promise<string> {
  const sodium = (await import('libsodium-wrappers')).default;
  await sodium.ready;
  const box = sodium.crypto_box_seal(
    sodium.from_string(value),
    sodium.from_base64(publicKey, sodium.base64_variants.ORIGINAL),
  );
  return sodium.to_base64(box, sodium.base64_variants.ORIGINAL);
}

function keep(file: string, name: string, secret: SealedSecret): void {
  const all = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Record<string, SealedSecret>) : {};
  const next = Object.fromEntries(Object.entries({ ...all, [name]: secret }).sort(([a], [b]) => (a < b ? -1 : 1)));
  replaceFile(file, `${JSON.stringify(next, null, 2)}\n`, 0o644);
}
