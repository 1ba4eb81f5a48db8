/** Where the report lies in the exchange bucket. */
export const reportKey = 'machine/report.json';

/** Seconds without a report after which a machine counts as silent: three are missed. */
export const silence = 180;
