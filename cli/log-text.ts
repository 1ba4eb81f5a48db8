import pc from 'picocolors';
import type { LogLine } from '../contract/log';
import { visible, visibleLine } from '../lib/visible';
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
export function logText(
  { time, service, message, priority }: LogLine,
  { colour, width, date }: LogTextOptions,
): string {
  const { dim, red, cyan, green, magenta, blue, yellow } = pc.createColors(colour);
  const palette: Paint[] = [cyan, green, magenta, blue, yellow];
  const paint = palette[[...service].reduce((sum, letter) => sum * 31 + letter.charCodeAt(0), 7) % palette.length]!;
  const when = visibleLine(date ? `${time.slice(0, 10)} ${time.slice(11, 19)}` : time.slice(11, 19));
  const indent = ' '.repeat(when.length + width + 3);
  const [first = '', ...more] = visible(message).trimEnd().split('\n');
  const text = [first, ...more.map((line) => indent + line)].join('\n');
  return `${dim(when)} ${paint(visibleLine(service).padEnd(width))}  ${isError({ message, priority }) ? red(text) : text}`;
}
