import { join } from 'node:path';
import { type Host, must } from '../host';
import { learnSecret } from '../../lib/redact';

/** What opens this environment's secrets: born on its first machine, and on the volume, so that the next machine has it too. */
export class Secrets {
  private readonly identity: string;
  private readonly opened = new Map<string, string>();

  constructor(
    private readonly machine: Host,
    folder: string,
  ) {
    this.identity = join(folder, 'identity.txt');
  }

  /** Makes the key when there is none. Only for a volume that is there and this environment's. */
  async prepare(): Promise<void> {
    if (this.recipient() === undefined)
      this.machine.write(this.identity, await must(this.machine, 'age-keygen', []), 0o600);
  }

  /** The public half, which secrets are sealed to; nothing while the key is not there. */
  recipient(): string | undefined {
    return /public key: (age1\w+)/.exec(this.machine.read(this.identity) ?? '')?.[1];
  }

  /** The value in the clear. Each ciphertext is opened once. */
  async open(name: string, ciphertext: string): Promise<string> {
    const kept = this.opened.get(ciphertext);
    if (kept !== undefined) return kept;
    const { code, stdout, stderr } = await this.machine.run('age', ['--decrypt', '--identity', this.identity], {
      input: ciphertext,
    });
    if (code !== 0)
      throw new Error(
        `the secret ${name} cannot be opened with this machine's key (${stderr.trim().split('\n')[0]}): set it again with \`npx berth secret set\``,
      );
    learnSecret(stdout);
    this.opened.set(ciphertext, stdout);
    return stdout;
  }
}
