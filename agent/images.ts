import os from 'node:os';
import type { Docker } from './docker';

/** Fetches an image unless it is here, and refuses one that this machine cannot run. */
export async function ensureImage(docker: Docker, reference: string): Promise<void> {
  if (!(await docker.image(reference))) {
    try {
      await docker.pull(reference);
    } catch (error) {
      throw new Error(explain(reference, (error as Error).message), { cause: error });
    }
  }
  const image = await docker.image(reference);
  const own = os.arch() === 'x64' ? 'amd64' : os.arch();
  if (image && image.Architecture !== own) throw new Error(`${reference} is built for ${image.Architecture}, and this machine is ${own}: build it for linux/${own}`);
}

/** Docker's words, and what to do about them. */
function explain(reference: string, message: string): string {
  const registry = reference.split('/')[0]!;
  if (/no matching manifest/i.test(message)) return `${reference} is not built for this machine's architecture (${message.trim()})`;
  if (/manifest unknown|not found|no such (image|manifest)/i.test(message)) return `${registry} has no such image: ${reference}`;
  if (/unauthorized|denied|authentication required|no basic auth|forbidden/i.test(message)) return `${registry} wants a login for ${reference.split('@')[0]}: make the package public, or readable for this machine (${message.trim()})`;
  return `${reference} could not be fetched: ${message.trim()}`;
}
