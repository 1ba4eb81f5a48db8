/**
 * Rendered text as Terraform must be given it: `${` and `%{` would be read as templates, so they are escaped; then each
 * mark is replaced by its reference. The only place where text and references meet.
 */
export function terraformText(text: string, references: Readonly<Record<string, string>> = {}): string {
  const escaped = text.replaceAll(/[$%](?=\{)/g, (sign) => sign + sign);
  return Object.entries(references).reduce((result, [mark, reference]) => {
    if (!result.includes(mark)) throw new Error(`the rendered text does not hold the mark ${mark}: its template and its reference have parted`);
    return result.replaceAll(mark, () => reference);
  }, escaped);
}
