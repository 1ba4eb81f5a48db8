import { measure, median, type Measured } from '../../bench/measure';
import { fixedCost, perEnvironment, targets } from '../../bench/report';
import type { SynthRow } from '../../bench/synth';

const measured = (seconds: number, peakMiB = 100): Measured => ({
  seconds,
  fastest: seconds,
  slowest: seconds,
  peakMiB,
});
const row = (environments: number, ours: Measured, stock: Measured): SynthRow => ({
  environments,
  resources: 29 * environments,
  ours,
  stock,
});
const install = { oursMiB: 300, stockMiB: 600, oursPackages: 1, stockPackages: 2 };

test('a target is judged by the two decimals that are printed', () => {
  const synth = [row(1, measured(0.6149, 90), measured(3, 300)), row(100, measured(4.1), measured(5))];
  const pullRequest = [
    { environments: 1, measured: measured(4) },
    { environments: 100, measured: measured(4.99) },
  ];
  expect(targets({ synth, pullRequest, install, rehearse: measured(35.01) })).toEqual([
    { what: 'synth of 1 environment, time', wanted: 0.2, got: 0.2, reached: true },
    { what: 'synth of 1 environment, memory', wanted: 0.4, got: 0.3, reached: true },
    { what: 'synth of 100 environments, time', wanted: 0.8, got: 0.82, reached: false },
    { what: 'install size', wanted: 1, got: 0.5, reached: true },
    { what: 'install size, MiB', wanted: 300, got: 300, reached: true },
    { what: 'npx berth rehearse, seconds', wanted: 35, got: 35.01, reached: false },
    { what: 'from checkout to comment, 1 of 100 ÷ 1 of 1', wanted: 1.25, got: 1.25, reached: true },
  ]);
});

test('the cost of each further environment leaves out what is paid once', () => {
  expect(perEnvironment(row(10, measured(1), measured(3)), row(100, measured(2.8), measured(4.8)), 'ours')).toBeCloseTo(
    0.02,
  );
});

test('the fixed cost of a plan is what is left without our program and Terraform', () => {
  expect(
    fixedCost({ ours: measured(3), synth: measured(0.5), terraform: measured(0.25), stock: measured(6) }),
  ).toBeCloseTo(2.25);
});

test.each([
  [[3, 1, 2], 2],
  [[4, 1, 2, 3], 2.5],
  [[7], 7],
])('the median of %j is %d', (values, expected) => {
  expect(median(values)).toBe(expected);
});

describe('measuring', () => {
  const cwd = __dirname;
  const env = process.env;

  test('runs the variants in turn, and tells the most memory of any Node process in them', async () => {
    const order: string[] = [];
    // 64 MiB that are really written to, in the child of a child
    const hungry = { command: 'sh -c "node -e \'Buffer.alloc(64 * 1024 * 1024, 1)\'"', cwd, env };
    const result = await measure(
      { hungry, modest: { command: 'node -e 0', cwd, env } },
      { warmUp: 1, runs: 2, onRun: (name) => order.push(name) },
    );
    expect(order).toEqual(['hungry', 'modest', 'hungry', 'modest', 'hungry', 'modest']);
    expect(result.hungry.peakMiB - result.modest.peakMiB).toBeGreaterThan(50);
  });

  test('a command that fails is not measured: its error is told instead', async () => {
    await expect(
      measure({ broken: { command: 'echo no way >&2; exit 3', cwd, env } }, { warmUp: 0, runs: 1 }),
    ).rejects.toThrow(/^broken: .* ended with 3, so there is nothing to measure:\nno way$/s);
  });

  test('is left off between two runs', async () => {
    await expect(
      measure({ any: { command: 'true', cwd, env } }, { warmUp: 0, runs: 1, signal: AbortSignal.abort() }),
    ).rejects.toThrow('stopped; nothing is left behind');
  });
});
