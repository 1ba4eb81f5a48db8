import { DetailedError } from './resource';

/** The way to an attribute: names, and for list elements their index. */
export type Path = (string | number)[];

export interface Diagnostic {
  severity: 1 | 2;
  summary: string;
  detail: string;
  attribute?: { steps: ({ attributeName: string } | { elementKeyInt: number })[] };
}

export const toPath = (path: Path): { steps: ({ attributeName: string } | { elementKeyInt: number })[] } => ({
  steps: path.map((step) => (typeof step === 'string' ? { attributeName: step } : { elementKeyInt: step })),
});

export function diagnostic(
  problem: string | { warning: string; detail?: string } | { summary: string; detail: string },
  path: Path = [],
): Diagnostic {
  const attribute = path.length > 0 ? { attribute: toPath(path) } : {};
  if (typeof problem === 'string') return { severity: 1, summary: problem, detail: '', ...attribute };
  if ('warning' in problem)
    return { severity: 2, summary: problem.warning, detail: problem.detail ?? '', ...attribute };
  return { severity: 1, ...problem, ...attribute };
}

export const fromError = (error: unknown): Diagnostic =>
  error instanceof DetailedError
    ? diagnostic({ summary: error.message, detail: error.detail })
    : diagnostic(error instanceof Error ? error.message : String(error));
