import { createHash } from 'node:crypto';
import type { Host } from './host';

const digest = (text: string): string => createHash('sha256').update(text).digest('hex');

/**
 * Whether a program has taken this content of its files. That is remembered once it has, and not when they are written: a change that
 * it refused, or was not told of because the agent ended, is told it again.
 */
export const isApplied = (machine: Pick<Host, 'read'>, file: string, content: string): boolean =>
  machine.read(file) === digest(content);

export const markApplied = (machine: Pick<Host, 'write'>, file: string, content: string): void =>
  void machine.write(file, digest(content));
