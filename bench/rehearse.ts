import { join } from 'node:path';
import { withoutCredentials } from '../simulator/credentials';
import { measure, type Measured, type Runs } from './measure';

/** `npx berth rehearse` as a person runs it: every step of it, from the start of the process to its end. */
export async function measureRehearse(root: string, runs: Runs): Promise<Measured> {
  const command = `"${process.execPath}" "${join(root, 'bin', 'berth.js')}" rehearse`;
  const { rehearse } = await measure({ rehearse: { command, cwd: root, env: withoutCredentials(process.env) } }, runs);
  return rehearse;
}
