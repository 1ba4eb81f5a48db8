/** A name in an SQL statement, letter by letter (postgresql.org/docs/17/sql-syntax-lexical.html, "Identifiers and Key Words"). Postgres takes 63 bytes, and cuts off what is longer. */
export function identifier(name: string): string {
  if (Buffer.byteLength(name) > 63) throw new Error(`"${name}" is longer than the 63 bytes of a name in Postgres`);
  return `"${name.replaceAll('"', '""')}"`;
}

/** A text in an SQL statement; in this form a backslash is a backslash, whatever the server's settings are. */
export const sqlText = (text: string): string => `'${text.replaceAll("'", "''")}'`;
