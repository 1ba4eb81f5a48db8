import { Document, type Scalar, visit } from 'yaml';

/** Stands for a letter until the text is whole; a text that holds these itself is written the same way. */
const [open, close] = ['\ue000', '\ue001'];

/**
 * Data as YAML that stays as it is on its way through Terraform, which puts letters and their accents together in all that it reads (Unicode's normal
 * form C). A text that this would change is written with YAML's escapes, so that the object's digest is the digest of what is stored, and
 * the text arrives as it was. `alsoEscaped` finds texts that another reader than ours could not read as they are.
 */
export function yamlText(data: unknown, alsoEscaped = /(?!)/): string {
  const document = new Document(data, { version: '1.1', aliasDuplicateObjects: false });
  visit(document, {
    Scalar(_, scalar: Scalar) {
      if (typeof scalar.value !== 'string' || !(isChanged(scalar.value) || alsoEscaped.test(scalar.value))) return;
      scalar.value = [...scalar.value]
        .map((letter) =>
          letter.codePointAt(0)! < 0x7f
            ? letter
            : `${open}${letter.codePointAt(0)!.toString(16).padStart(8, '0')}${close}`,
        )
        .join('');
      scalar.type = 'QUOTE_DOUBLE';
    },
  });
  return document.toString({ lineWidth: 0 }).replaceAll(new RegExp(`${open}([0-9a-f]{8})${close}`, 'g'), '\\U$1');
}

const isChanged = (text: string): boolean => text.normalize('NFC') !== text || text.includes(open) || unread.test(text);

/** Letters that a reader of YAML refuses or takes for the end of a line where they are not escaped (yaml.org/spec/1.1, 5.1 and 5.4). */
const unread = /(?![\t\n])[\p{Cc}\u2028\u2029\ufeff\ufffe\uffff]/u;
