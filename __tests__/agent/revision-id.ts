/** The id of a revision that was asked for so many milliseconds into a day. */
export const revisionId = (number: number | string): string => `20261121T${String(number).padStart(9, '0')}Z-0000`;
