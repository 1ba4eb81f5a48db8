import { measureDefinitions } from '../../bench/definitions';

// `npm run proof -- definitions` takes a hundred thousand, and others each time
test('whatever a definition holds, it is an environment that becomes a stack, or every problem has a place and a sentence', () => {
  const report = measureDefinitions(1500, 9);
  expect(report.crashes).toEqual([]);
  expect([report.sound > 300, report.synthesized > 15, report.problems > 1000]).toEqual([true, true, true]);
});
