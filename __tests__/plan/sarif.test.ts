import { review } from '../../plan/review';
import { renderSarif } from '../../plan/sarif';
import { staging } from './a-definition';
import { realPlan } from './a-plan';

// what the standard asks for (sarif-v2.1.0-os, 3.13 to 3.28) and what GitHub asks for beside it (docs.github.com, "SARIF support for code scanning")
test('a log has all that the standard and GitHub ask for', () => {
  const {
    $schema,
    version,
    runs: [
      {
        tool: { driver },
        results,
      },
    ],
  } = renderSarif(review(realPlan('region'), staging()));
  expect([$schema, version, driver.name]).toEqual(['https://json.schemastore.org/sarif-2.1.0.json', '2.1.0', 'berth']);
  expect(new Set(driver.rules.map(({ id }) => id)).size).toBe(driver.rules.length);
  for (const rule of driver.rules)
    expect(rule).toEqual({
      id: expect.stringMatching(/^[a-z-]+$/),
      shortDescription: { text: expect.stringMatching(/./) },
      help: { text: expect.stringMatching(/^docs\//) },
      defaultConfiguration: { level: expect.stringMatching(/^(error|warning|note)$/) },
    });
  expect(results.length).toBeGreaterThan(6);
  for (const result of results) {
    expect(driver.rules[result.ruleIndex]!.id).toBe(result.ruleId);
    expect(result.message.text).toMatch(/^staging: ./);
    const [
      {
        physicalLocation: {
          artifactLocation: { uri },
          region: { startLine },
        },
      },
    ] = result.locations;
    expect(uri).toMatch(/^environments\/\w+\.ts$/);
    expect(startLine).toBeGreaterThanOrEqual(1);
    expect(result.partialFingerprints['finding/v1']).toMatch(/^[0-9a-f]{32}$/);
  }
  expect(new Set(results.map(({ partialFingerprints }) => partialFingerprints['finding/v1'])).size).toBe(
    results.length,
  );
});

test('a finding stands beside the line that causes it, with the resource and the level of its policy', () => {
  const {
    runs: [{ results }],
  } = renderSarif(review(realPlan('region'), staging()));
  expect(results.find(({ ruleId }) => ruleId === 'region-change')).toMatchObject({
    level: 'error',
    message: {
      text: 'staging: 5 resources move from fra1 to ams3, and data does not move along: make another environment there, move the data, then destroy this one',
    },
    locations: [
      {
        physicalLocation: { artifactLocation: { uri: 'environments/staging.ts' }, region: { startLine: 8 } },
        logicalLocations: [{ fullyQualifiedName: 'digitalocean_droplet.machine', kind: 'resource' }],
      },
    ],
  });
});

test('an acknowledged finding is suppressed, with the reason', () => {
  const {
    runs: [{ results }],
  } = renderSarif(
    review(
      realPlan('bucket-renamed'),
      staging({ acknowledge: [{ policy: 'data-destroyed', reason: 'copied to cold storage', until: '2026-12-01' }] }),
    ),
  );
  expect(results.filter(({ ruleId }) => ruleId === 'data-destroyed').map(({ suppressions }) => suppressions)).toEqual(
    Array.from({ length: 3 }, () => [{ kind: 'inSource', justification: 'copied to cold storage (until 2026-12-01)' }]),
  );
});

test('lines that move do not make another finding of it', () => {
  const options = staging();
  const moved = {
    ...options,
    definition: {
      ...options.definition!,
      text: {
        ...options.definition!.text,
        environment: {
          file: 'environments/staging.ts',
          text: `// one more line\n${options.definition!.text.environment.text}`,
        },
      },
    },
  };
  const prints = (given: typeof options): unknown =>
    renderSarif(review(realPlan('region'), given)).runs[0].results.map(
      ({ partialFingerprints }) => partialFingerprints,
    );
  expect(prints(moved)).toEqual(prints(options));
});
