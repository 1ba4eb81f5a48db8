import { setTimeout as sleep } from 'node:timers/promises';
import type { Revision } from '../contract/release';
import type { BootedProduct } from './booted-product';
import { ComposeControl } from './rollout-control';
import type { Load } from './booted-product';
import { loadWhile, type Pressure } from './rollout-load';

export interface RolloutSettings extends Pressure {
  readonly releases: number;
  /** Of each of the two measurements without a rollout. */
  readonly steadySeconds: number;
}

/** What one release came to while visitors asked. */
export interface Released {
  readonly tag: string;
  readonly state: Revision['state'];
  /** By the machine's own account, from when it began until it had judged. */
  readonly seconds: number;
}

export interface RolloutsReport {
  readonly settings: RolloutSettings;
  readonly steady: readonly Load[];
  readonly rollouts: { readonly load: Load; readonly released: readonly Released[] };
  /** By the tag of the image that cannot work. */
  readonly takenBack: Readonly<Record<'crash' | 'unhealthy', { readonly load: Load; readonly released: Released }>>;
  readonly control: { readonly load: Load; readonly rollouts: number };
}

/** Stand-ins answer for four seconds after they were told to stop; then the former one has left. */
const drain = 5_000;

/** All of the proof, on a product that is deployed: releases under load, releases that cannot work, and the negative control. */
export async function measureRollouts(
  product: BootedProduct,
  settings: RolloutSettings,
  during: <T>(title: string, work: () => Promise<T>) => Promise<T>,
): Promise<RolloutsReport> {
  const { releases, steadySeconds } = settings;
  const steady = async (): Promise<Load> => (await onSite(product, settings, () => sleep(steadySeconds * 1000))).load;
  await during('the first release of web', () => release(product, 'v1'));
  await sleep(drain);
  const before = await during(`${steadySeconds} s without a rollout`, steady);
  const rollouts = await during(`${releases} releases under load`, () =>
    rollOut(product, tagsFrom(2, releases), settings),
  );
  const after = await during(`${steadySeconds} s without a rollout`, steady);
  const crash = await during('a release that crashes', () => takeBack(product, 'crash', settings));
  const unhealthy = await during('a release that is never healthy', () => takeBack(product, 'unhealthy', settings));
  const replaced = tagsFrom(2, 3);
  const control = await during('docker compose beside it', async () =>
    (await ComposeControl.start(product, 'v1')).replace(replaced, settings),
  );
  return {
    settings,
    steady: [before, after],
    rollouts,
    takenBack: { crash, unhealthy },
    control: { load: control, rollouts: replaced.length },
  };
}

/** One release after the other, each until the former one has left, under load from before the first until after the last. */
export async function rollOut(
  product: BootedProduct,
  tags: readonly string[],
  pressure: Pressure,
): Promise<RolloutsReport['rollouts']> {
  const { load, result } = await onSite(product, pressure, async () => {
    const released: Released[] = [];
    for (const tag of tags) {
      released.push(await release(product, tag));
      await sleep(drain);
    }
    return released;
  });
  return { load, released: result };
}

async function takeBack(
  product: BootedProduct,
  tag: string,
  pressure: Pressure,
): Promise<{ load: Load; released: Released }> {
  const { load, result } = await onSite(product, pressure, () => release(product, tag));
  return { load, released: result };
}

const onSite = <T>(product: BootedProduct, pressure: Pressure, work: () => Promise<T>) =>
  loadWhile(product, `https://${product.domain}/`, pressure, work);

async function release(product: BootedProduct, tag: string): Promise<Released> {
  const { state, startedAt, endedAt } = await product.release('web', tag);
  return { tag, state, seconds: (Date.parse(endedAt!) - Date.parse(startedAt)) / 1000 };
}

export const tagsFrom = (first: number, count: number): string[] =>
  Array.from({ length: count }, (_, index) => `v${first + index}`);
