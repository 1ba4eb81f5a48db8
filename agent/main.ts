import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { desiredKey } from '../templates/converge/desired-key';
import { runAgent } from './agent';
import { readSettings } from './settings';

const stop = new AbortController();
process.on('SIGTERM', () => stop.abort()).on('SIGINT', () => stop.abort());

// eslint-disable-next-line no-console -- the journal is where the agent speaks
const log = (line: string): void => console.log(line);

void runAgent({ settings: readSettings(), digest: createHash('sha256').update(readFileSync(__filename)).digest('hex'), desiredKey, log }, stop.signal);
