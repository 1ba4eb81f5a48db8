import { measureDefinitions } from '../../bench/definitions';

// `npm run proof -- definitions` takes a hundred thousand, and others each time
test('whatever a definition holds, it is an environment that becomes a stack, or every problem has a place and a sentence', () => {
  const report = measureDefinitions(700, 9);
  expect(report.crashes).toEqual([]);
  expect([report.sound > 100, report.synthesized > 5, report.problems > 500]).toEqual([true, true, true]);
});
