/** The files that constructs lay beside a stack: what runs on machines, and what runs at an apply. */
export type Program = 'agent' | 'convergence' | 'succession';

/** One thing in a synthesized stack that is not as it has to be. */
export interface StackFinding {
  /** Where: `provider.digitalocean[0].api_endpoint`. */
  readonly path: string;
  readonly found: string;
  readonly allowed: string;
  /** It is part of the program, and may be another one once somebody has read it. Everything else is never let through. */
  readonly program?: true;
}

/** The attributes of one resource or data source. */
export interface Body {
  readonly path: string;
  readonly type: string;
  readonly body: Readonly<Record<string, unknown>>;
}
