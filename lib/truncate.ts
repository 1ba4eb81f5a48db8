/** A text of at most `most` characters as it is; of a longer one the first `kept`, and an ellipsis. */
export const truncate = (text: string, most: number, kept = most - 1, ellipsis = '…'): string =>
  text.length > most ? `${text.slice(0, kept)}${ellipsis}` : text;
