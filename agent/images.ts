import os from 'node:os';
import type { Docker, Login } from './docker';

/** Fetches an image unless it is here, and refuses one that this machine cannot run. */
export async function ensureImage(docker: Docker, reference: string, logins: readonly Login[] = []): Promise<void> {
  if (!(await docker.image(reference))) {
    try {
      await docker.pull(
        reference,
        logins.find(({ host }) => host === registryOf(reference)),
      );
    } catch (error) {
      throw new Error(explain(reference, (error as Error).message), { cause: error });
    }
  }
  const image = await docker.image(reference);
  const own = os.arch() === 'x64' ? 'amd64' : os.arch();
  if (image && image.Architecture !== own)
    throw new Error(
      `${reference} is built for ${image.Architecture}, and this machine is ${own}: build it for linux/${own}`,
    );
}

/** Fetches what can be had without a login, and tells why not. Images of registries that have a login are for later. */
export async function fetchImages(
  docker: Docker,
  references: readonly string[],
  registries: object = {},
): Promise<string[]> {
  const problems: string[] = [];
  for (const reference of references)
    await ensureImage(docker, reference).catch((error: Error) =>
      registryOf(reference) in registries ? undefined : problems.push(error.message),
    );
  return problems;
}

/** `caddy:2` is Docker Hub's. */
const registryOf = (reference: string): string =>
  /^[^/]*[.:][^/]*\//.test(reference) ? reference.slice(0, reference.indexOf('/')) : 'docker.io';

/** Docker's words, and what to do about them. */
function explain(reference: string, message: string): string {
  const registry = registryOf(reference);
  if (/no matching manifest/i.test(message))
    return `${reference} is not built for this machine's architecture (${message.trim()})`;
  if (/manifest unknown|not found|no such (image|manifest)/i.test(message))
    return `${registry} has no such image: ${reference}`;
  if (/unauthorized|denied|authentication required|no basic auth|forbidden/i.test(message))
    return `${registry} wants a login for ${reference.split('@')[0]}: name who may fetch it in the environment's registries, and set the secret, or make it public (${message.trim()})`;
  return `${reference} could not be fetched: ${message.trim()}`;
}
