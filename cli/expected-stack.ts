import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadEnvironments, loadState } from '../definition/load';
import type { State } from '../definition/state';
import { checkUnreadStack, type Expected, mustBeAllowed, type UnreadStack } from '../plan/stack-check';
import type { StackFinding } from '../plan/stack-finding';
import { unusualExpressions } from '../plan/unusual-expressions';
import { readSynthesis, stackOf } from '../plan/synthesis-file';
import { terraformBlock } from '../stacks/frame';
import { agentBundle, awaitBundle, successionBundle } from '../templates/agent-bundle';
import { isOwnUserData } from '../templates/boot/own-user-data';
import { environmentsFolder } from './project';

export interface Trust {
  /** Somebody who may write has read the program of this very commit: it may be another one than this checkout's. */
  readonly programRead?: boolean;
  /** Owners of repositories that GitHub's provider may work for, beside that of GITHUB_REPOSITORY; those of this checkout's environments when absent. */
  readonly owners?: readonly string[];
  /** Where the state is kept, when it is known already; as this checkout's `environments/state.ts` says when absent. */
  readonly state?: State;
}

export interface CheckedStack extends UnreadStack {
  /** What is another program than this checkout's, and was let through because somebody has read it. */
  readonly program: readonly StackFinding[];
  /** What else a reviewer must know of it: a sentence each. */
  readonly warnings: readonly string[];
}

/** Takes a stack out of what a synth elsewhere has left, once it holds nothing that must not come near a credential. */
export function checkedStack(root: string, file: string, name: string, trust: Trust = {}): CheckedStack {
  const stack = stackOf(readSynthesis(file), name);
  return {
    ...stack,
    program: mustBeAllowed(name, checkUnreadStack(stack, expectedOf(root, name, trust)), trust.programRead),
    warnings: unusualExpressions(stack.json),
  };
}

/** What this checkout's own code expects of a stack of that name. */
function expectedOf(
  root: string,
  name: string,
  { owners = ownersOf(root), state = loadState(environmentsFolder(root)) }: Trust,
): Expected {
  const lock = join(root, '.terraform.lock.hcl');
  const { GITHUB_REPOSITORY: repository } = process.env;
  return {
    terraform: terraformBlock(name, state, name === 'state' ? undefined : 'anybody'),
    owners: new Set([...owners, ...(repository ? [repository.split('/')[0]!] : [])]),
    programs: { agent: agentBundle().digest, convergence: awaitBundle().digest, succession: successionBundle().digest },
    lock: existsSync(lock) ? readFileSync(lock, 'utf8') : '',
    isOwnUserData,
  };
}

const ownersOf = (root: string): string[] =>
  loadEnvironments(environmentsFolder(root), root).map(({ github }) => github.repository.split('/')[0]!);
