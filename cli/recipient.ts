import { recipientKey, recipientPattern } from '../contract/recipient';
import { readSealed } from '../definition/load';
import type { Environment } from '../definition/resolve';
import { visibleLine } from '../lib/visible';
import { objectStore } from './object-store';

/**
 * What a secret of this environment's machine is sealed to. The repository has it beside each ciphertext; for the first one it comes from
 * the bucket that only the machine's key and the owner's write. Another one than the repository's is refused: it may be somebody's
 * own. Only a new, empty volume gives a machine another, and that is for whoever made it to say.
 */
export async function recipientOf(
  environment: Environment,
  folder: string,
  root: string,
  newVolume: boolean,
): Promise<string> {
  const { name } = environment;
  const kept = [
    ...new Set(Object.values(readSealed(folder, name, root)).flatMap(({ machine }) => machine?.recipient ?? [])),
  ];
  const found = await announced(environment);
  if (found === undefined) {
    if (kept.length === 1 && !newVolume) return kept[0]!;
    if (process.env.BERTH_MACHINES === 'records')
      throw new Error(
        `the machines of this rehearsal are records, and none has a key that a secret could be sealed to: with --boot they are real (npx berth sandbox --boot -- npx cdktf deploy ${name})`,
      );
    throw new Error(
      `the machine of ${name} has no encryption key yet: deploy ${name} first, and look at \`npx berth status ${name}\``,
    );
  }
  if (!recipientPattern.test(found))
    throw new Error(
      `${environment.names.backupsBucket}/${recipientKey} holds no public key of age ("${visibleLine(found.slice(0, 80))}"): who else may write there?`,
    );
  if (kept.length === 0 || kept.includes(found) || newVolume) return found;
  throw new Error(
    [
      `the machine of ${name} announces another key than the one that this repository's secrets are sealed to:`,
      `  announced   ${found}`,
      ...kept.map((recipient) => `  repository  ${recipient}`),
      'A machine keeps its key when it is replaced; only a new volume brings another. If the volume is new, say so with --new-volume, and set every',
      "secret again. If it is not, somebody wants your secrets sealed to themselves: look at who holds a Spaces key with full access, or the machine's.",
    ].join('\n'),
  );
}

/** What the machine has left; nothing before its first deploy, and for a key that may not read it. */
async function announced({ names, platform }: Environment): Promise<string | undefined> {
  const { status, body } = await objectStore(platform.region).get(names.backupsBucket, recipientKey);
  return status === 200 ? body.toString('utf8').trim() : undefined;
}
