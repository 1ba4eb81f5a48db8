import { atLeast, atMost, below, type Claim, columns, renderClaims, rounded } from './claim';
import type { Load } from './booted-product';
import { failuresOf } from './rollout-load';
import type { RolloutsReport } from './rollouts';

/** Everything that has to hold. The last one is about the proof itself. */
export function rolloutClaims({ settings, steady, rollouts, takenBack, control }: RolloutsReport): Claim[] {
  const { crash, unhealthy } = takenBack;
  const loads = [...steady, rollouts.load, crash.load, unhealthy.load];
  return [
    atLeast(
      'releases that became healthy',
      settings.releases,
      rollouts.released.filter(({ state }) => state === 'healthy').length,
    ),
    atLeast('requests while they rolled out', 25_000, rollouts.load.requests),
    atMost('of them failed', 0, failuresOf(rollouts.load)),
    atMost('p99 while rolling out ÷ steady', 2, rounded(rollouts.load.milliseconds.p99 / steadyP99(steady), 2)),
    takenBackClaim('a release that crashes', crash.released.state),
    below('… after', 30, rounded(crash.released.seconds, 1), ' s'),
    atMost('… requests failed', 0, failuresOf(crash.load)),
    takenBackClaim('a release that is never healthy', unhealthy.released.state),
    below('… after', 60, rounded(unhealthy.released.seconds, 1), ' s'),
    atMost('… requests failed', 0, failuresOf(unhealthy.load)),
    atMost(
      'connections that the proxy closed',
      0,
      loads.reduce((sum, { connections }) => sum + connections - settings.connections, 0),
    ),
    atLeast('docker compose up -d: requests failed', 1, failuresOf(control.load)),
  ];
}

const takenBackClaim = (what: string, state: string): Claim => ({
  what,
  wanted: 'rolled back',
  got: state,
  kept: state === 'rolled back',
});

/** Of the calmer measurement: what disturbed this host for a while must not make the promise an easy one. */
const steadyP99 = (steady: readonly Load[]): number => Math.min(...steady.map(({ milliseconds }) => milliseconds.p99));

export function renderRollouts(report: RolloutsReport, about: string): string {
  const { settings, steady, rollouts, takenBack, control } = report;
  const row = (what: string, { requests, failed, seconds, milliseconds: { p50, p99, max } }: Load): string[] => [
    what,
    seconds.toFixed(0),
    String(requests),
    `${failed.socket} + ${failed.status} + ${failed.body}`,
    p50.toFixed(1),
    p99.toFixed(1),
    max.toFixed(0),
  ];
  const seconds = rollouts.released.map((each) => each.seconds);
  const examples = [rollouts.load, takenBack.crash.load, takenBack.unhealthy.load].flatMap((load) => load.examples);
  return [
    `${about} · ${settings.connections} connections, ${settings.rate} requests a second`,
    columns(
      ['', 'seconds', 'requests', 'failed', 'p50 ms', 'p99 ms', 'max ms'],
      [
        row('steady, before', steady[0]!),
        row(`${settings.releases} releases`, rollouts.load),
        row('steady, after', steady.at(-1)!),
        row('a release that crashes', takenBack.crash.load),
        row('a release that is never healthy', takenBack.unhealthy.load),
        row(`docker compose up -d, ${control.rollouts} times`, control.load),
      ],
    ),
    'failed: without an answer + not 2xx + another body',
    `a release took ${Math.min(...seconds).toFixed(1)}–${Math.max(...seconds).toFixed(1)} s until it was healthy`,
    renderClaims(rolloutClaims(report)),
    ...(examples.length > 0
      ? [['what failed:', ...examples.map(({ second, what }) => `  at ${second.toFixed(1)} s: ${what}`)].join('\n')]
      : []),
  ].join('\n\n');
}
