import { type HandoverState, isDue, nextPhase, type Phase } from '../../agent/phase';

const volume = {
  mounted: { mounted: true, attached: true },
  attached: { mounted: false, attached: true },
  away: { mounted: false, attached: false },
} as const;

test.each<[HandoverState, keyof typeof volume, boolean, Phase]>([
  ['none', 'mounted', true, 'converging'],
  ['none', 'mounted', false, 'steady'],
  // converging mounts it
  ['none', 'attached', true, 'converging'],
  ['none', 'attached', false, 'steady'],
  ['none', 'away', true, 'waiting for the volume'],
  ['none', 'away', false, 'waiting for the volume'],
  ['requested', 'mounted', true, 'handing over'],
  ['requested', 'mounted', false, 'handing over'],
  ['stopping', 'mounted', true, 'handing over'],
  ['stopping', 'away', false, 'handing over'],
  // the answer has not arrived yet
  ['released', 'attached', true, 'handing over'],
  ['released', 'away', false, 'handing over'],
  // whatever is attached to it later: only a restart takes its work up again
  ['answered', 'attached', true, 'handed over'],
  ['answered', 'away', false, 'handed over'],
  ['answered', 'mounted', true, 'handed over'],
])('handover %s, volume %s, due %s: %s', (handover, where, due, phase) => {
  expect(nextPhase({ handover, ...volume[where], due })).toBe(phase);
});

const nothing = { changed: false, asked: false, arrived: false, failed: false, idle: 0 };
test.each([
  ['nothing', {}, false],
  ['a new desired state', { changed: true }, true],
  ['a deploy that waits', { asked: true }, true],
  ['a volume that was attached', { arrived: true }, true],
  ['a failure just now', { failed: true, idle: 29 }, false],
  ['a failure a while ago', { failed: true, idle: 30 }, true],
  ['a success a while ago', { idle: 299 }, false],
  ['a success long ago', { idle: 300 }, true],
  ['no converge before', { idle: Infinity }, true],
])('%s: due %s', (_, reasons, due) => {
  expect(isDue({ ...nothing, ...reasons }, { retry: 30, converge: 300 })).toBe(due);
});
