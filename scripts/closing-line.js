/** Closes a run with one line that counts everything, for machines to read. */
module.exports = class ClosingLine {
  onRunComplete(_contexts, { numPassedTests, numFailedTests, numPendingTests, numRuntimeErrorTestSuites }) {
    const skipped = numPendingTests > 0 ? `, ${numPendingTests} skipped` : '';
    // a file that could not even be loaded has failed too
    const line = `${numPassedTests} passed, ${numFailedTests + numRuntimeErrorTestSuites} failed${skipped}\n`;
    // jest's own summary comes after its reporters
    process.once('exit', () => process.stdout.write(line));
  }
};
