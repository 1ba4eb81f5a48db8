import { stripVTControlCharacters } from 'node:util';
import pc from 'picocolors';
import type { LogLine } from '../agent/log-line';
import { isError } from './log-level';

export interface LogTextOptions {
  readonly colour: boolean;
  /** Room for the service's name. */
  readonly width: number;
  /** Whether times are of more than one day. */
  readonly date: boolean;
}

type Paint = (text: string) => string;

/** A line as a person reads it: time (UTC), service, message. Never a colour of the service's own, nor anything that steers a terminal. */
export function logText({ time, service, message, priority }: LogLine, { colour, width, date }: LogTextOptions): string {
  const { dim, red, cyan, green, magenta, blue, yellow } = pc.createColors(colour);
  const palette: Paint[] = [cyan, green, magenta, blue, yellow];
  const paint = palette[[...service].reduce((sum, letter) => sum * 31 + letter.charCodeAt(0), 7) % palette.length]!;
  const when = date ? `${time.slice(0, 10)} ${time.slice(11, 19)}` : time.slice(11, 19);
  const indent = ' '.repeat(when.length + width + 3);
  const [first = '', ...more] = printable(message).trimEnd().split('\n');
  const text = [first, ...more.map((line) => indent + line)].join('\n');
  return `${dim(when)} ${paint(service.padEnd(width))}  ${isError({ message, priority }) ? red(text) : text}`;
}

// eslint-disable-next-line no-control-regex -- these are what is looked for
const controls = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;

/** Whoever can make a service log something must not be able to write to an operator's terminal with it. */
const printable = (text: string): string => stripVTControlCharacters(text).replace(/\r\n?/g, '\n').replace(controls, (character) => `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`);
