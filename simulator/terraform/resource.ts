import { type Block } from './schema';
import { type Dynamic, type Values } from './value';

/** What a provider is given to work with once Terraform has configured it. */
export interface Context<Api> {
  api: Api;
  /** Aborted when Terraform asks the provider to stop: waiting ends with an error, calls already made are not undone. */
  stop: AbortSignal;
}

/** What the provider learned from an answer, beyond what a read tells; often nothing. */
export type Learned = Promise<Values> | Promise<void>;

/** A plan being made: the resource's own rules may look at it, refuse it (by throwing) and add to it. */
export interface Change {
  /** Null when the resource is created. */
  readonly prior: Values | null;
  /** Unknown values are `Unknown`. */
  readonly planned: Values;
  readonly config: Values;
  changed(name: string): boolean;
  known(name: string): boolean;
  forceNew(name: string): void;
  setUnknown(name: string): void;
}

export interface Resource<Api = Dynamic> {
  /** As Terraform calls it, for example digitalocean_volume. */
  type: string;
  block(): Block;
  version?: number;
  /** Plan-time rules of the whole resource. */
  plan?(change: Change): void;
  /**
   * Makes it and returns what it learned, at least `id`. As soon as the vendor has something, report it by `made`: whatever fails
   * after that leaves a tainted resource in the state instead of a lost one.
   */
  create(context: Context<Api>, values: Values, made: (values: Values) => void): Learned;
  /** What the vendor says now, for the attributes that it says something about; null when it is gone. */
  read(context: Context<Api>, state: Values): Promise<Values | null>;
  /** Absent when every change replaces the resource. */
  update?(context: Context<Api>, values: Values, prior: Values): Learned;
  delete(context: Context<Api>, state: Values): Promise<void>;
  /** The state to start reading from; absent when the provider cannot import it. */
  importer?(context: Context<Api>, id: string): Values | Promise<Values>;
}

export interface DataSource<Api = Dynamic> {
  type: string;
  block(): Block;
  read(context: Context<Api>, config: Values): Promise<Values>;
}

export interface Provider<Api = Dynamic> {
  name: string;
  block(): Block;
  resources: Resource<Api>[];
  dataSources: DataSource<Api>[];
  /** Called once for each provider block, with its configuration. */
  configure(config: Values): Promise<Api> | Api;
}

/** An error that the provider reports with a summary and a detail, as a few vendors' do. */
export class DetailedError extends Error {
  constructor(
    message: string,
    readonly detail: string,
  ) {
    super(message);
  }
}
