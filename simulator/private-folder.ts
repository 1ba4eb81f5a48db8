import { chmodSync, lstatSync, mkdirSync } from 'node:fs';

/**
 * A folder that nobody but this user can look into, made when it is not there. Throws when somebody else made it, or could have put
 * something into it: on a shared computer, what lies there would be believed.
 */
export function privateFolder(path: string): string {
  mkdirSync(path, { recursive: true, mode: 0o700 });
  const found = lstatSync(path);
  const me = process.getuid?.();
  if (!found.isDirectory()) throw new Error(`${path} is not a folder: remove it`);
  if (me !== undefined && found.uid !== me)
    throw new Error(
      `${path} belongs to user ${found.uid}, and this is user ${me}: run the command as that user, or remove the folder`,
    );
  if ((found.mode & 0o022) !== 0)
    throw new Error(
      `${path} can be written by others (mode ${(found.mode & 0o777).toString(8)}): look at what is in it, then chmod 700 it or remove it`,
    );
  if ((found.mode & 0o077) !== 0) chmodSync(path, 0o700);
  return path;
}
