import { randomBytes } from 'node:crypto';
import type { Document } from '../document';
import { notFound } from './api-error';
import type { Call } from './http';
import { newKeyPair } from './sealed-box';
import type { Repository, State, Table, User, Vault } from './state';

const FIRST_DAY = Date.UTC(2026, 0, 1);

/** The account: its state, its clock and its ids. */
export class Store {
  constructor(
    private readonly document: Document<State>,
    /** The login that the account's own token belongs to. */
    readonly owner: string,
    private readonly clock?: () => Date,
  ) {}

  get state(): State {
    return this.document.data;
  }

  save(): void {
    this.document.save();
  }

  /** Without a clock of the caller's, time is counted in the state, a second for each write: equal runs give equal answers. */
  now(): string {
    const date = this.clock?.() ?? new Date(FIRST_DAY + 1000 * (this.state.counters.clock ?? 0));
    return date.toISOString().replace(/\.\d+Z$/, 'Z');
  }

  count(kind: string): number {
    return (this.state.counters[kind] = (this.state.counters[kind] ?? 0) + 1);
  }

  nodeId(prefix: string, id: number | string): string {
    return `${prefix}_${Buffer.from(`rehearsal:${id}`).toString('base64url')}`;
  }

  find<T>(table: Table<T>, key: string | number): T {
    if (!Object.hasOwn(table, key)) throw notFound();
    return table[key];
  }

  /** Repositories are asked for as `/repos/OWNER/NAME` (any case) or as `/repositories/ID`. */
  repository(call: Call): Repository {
    const id = call.req.param('repository');
    if (id === undefined)
      return this.find(this.state.repositories, `${call.req.param('owner')}/${call.req.param('repo')}`.toLowerCase());
    const found = Object.values(this.state.repositories).find((repository) => String(repository.id) === id);
    if (!found) throw notFound();
    return found;
  }

  /** Whose token the call came with. */
  caller(call: Call): User {
    return this.state.users[(call.get('login') as string).toLowerCase()]!;
  }

  /** Forks hold their commits in common with the repository that they were made from. */
  commits({ fork_of: origin, commits }: Repository): Repository['commits'] {
    return origin === undefined ? commits : this.state.repositories[origin]!.commits;
  }

  /** The vault's key pair, made when it is first asked for. */
  async key(vault: Vault): Promise<NonNullable<Vault['key']>> {
    if (vault.key) return vault.key;
    const pair = await newKeyPair();
    // Two first calls may have met while the library was loading: the first answer stands.
    return (vault.key ??= { id: randomBytes(8).readBigUInt64BE().toString(), ...pair });
  }
}
