import { createHash } from 'node:crypto';
import type { Document } from '../document';
import { ApiError, notFound, pendingEvent } from './api-error';
import { type Region, Regions } from './regions';
import { type PricedSize, Sizes } from './sizes';
import type { Action, State, Table } from './state';

export interface CloudOptions {
  /** How long an action stays in progress, in milliseconds. */
  actionMs: number;
  /** The clock of all time stamps. Without it the clock is counted in the state, so that two equal runs give equal answers. */
  now?(): Date;
  /** Called after each change of the state. */
  changed?(): void;
  /** Regions beside the vendor's. */
  regions?: readonly Region[];
  /** Sizes beside the vendor's, or other prices for them. */
  sizes?: readonly PricedSize[];
}

/** What an action changes when it is done. */
export type Effect = (action: Action) => void;

const FIRST_DAY = Date.UTC(2026, 0, 1);

/** The account: its state, its clock and ids, and the actions that run in it. */
export class Cloud {
  readonly regions: Regions;
  readonly sizes: Sizes;
  private readonly effects = new Map<string, Effect>();

  constructor(
    private readonly document: Document<State>,
    private readonly options: CloudOptions,
  ) {
    this.regions = new Regions(options.regions);
    this.sizes = new Sizes(this.regions.open, options.sizes);
  }

  get state(): State {
    return this.document.data;
  }

  save(): void {
    this.document.save();
    this.options.changed?.();
  }

  /** Time stamps have whole seconds and a Z, as the vendor's. */
  now(): string {
    const date = this.options.now?.() ?? new Date(FIRST_DAY + 1000 * (this.state.counters.clock ?? 0));
    return date.toISOString().replace(/\.\d+Z$/, 'Z');
  }

  count(kind: string): number {
    return (this.state.counters[kind] = (this.state.counters[kind] ?? 0) + 1);
  }

  /** A uuid that follows from the kind and the count: random ids would make every run's plan differ. */
  uuid(kind: string): string {
    const hex = createHash('sha256')
      .update(`${kind}:${this.count(kind)}`)
      .digest('hex');
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
  }

  find<T>(table: Table<T>, id: string | number): T {
    const found = Object.hasOwn(table, id) ? table[id] : undefined;
    if (!found) throw notFound();
    return found;
  }

  /** Says what happens when actions of this kind (`droplet.resize`, `volume.attach` …) are done. */
  on(kind: string, effect: Effect): void {
    this.effects.set(kind, effect);
  }

  begin(
    action: Pick<Action, 'type' | 'resource_type' | 'resource' | 'droplet' | 'region'> & { params?: Action['params'] },
  ): Action {
    if (!this.effects.has(`${action.resource_type}.${action.type}`)) {
      throw new ApiError(
        422,
        'unprocessable_entity',
        `${action.type} is not a valid action for a ${action.resource_type}.`,
      );
    }
    const begun: Action = {
      params: {},
      ...action,
      id: 2_000_000_000 + this.count('action'),
      started_at: this.now(),
      completed_at: null,
      due: Date.now() + this.options.actionMs,
    };
    this.state.actions[begun.id] = begun;
    return begun;
  }

  running(resourceType: Action['resource_type'], resource: string | number): Action | undefined {
    return Object.values(this.state.actions).find(
      (a) => a.completed_at === null && a.resource_type === resourceType && a.resource === String(resource),
    );
  }

  isBusy(droplet: number): boolean {
    return Object.values(this.state.actions).some((a) => a.completed_at === null && a.droplet === droplet);
  }

  /** A machine does one thing at a time. */
  refuseIfBusy(droplet: number | null): void {
    if (droplet !== null && this.isBusy(droplet)) throw pendingEvent();
  }

  /** Finishes the actions whose time has come. Called before each request: no timer keeps the process alive. */
  finishActions(at = Date.now()): boolean {
    const due = Object.values(this.state.actions).filter((a) => a.completed_at === null && a.due <= at);
    for (const action of due) {
      this.effects.get(`${action.resource_type}.${action.type}`)?.(action);
      action.completed_at = this.now();
    }
    return due.length > 0;
  }
}
