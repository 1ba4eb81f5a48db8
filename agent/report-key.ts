/** Where the report lies in the exchange bucket. */
export const reportKey = 'machine/report.json';
