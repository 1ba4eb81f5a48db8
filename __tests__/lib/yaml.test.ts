import fc from 'fast-check';
import { parse } from 'yaml';
import { yamlText } from '../../lib/text/yaml';
import { arbitraryText } from '../arbitrary-text';

test('any text arrives as it was, also when Terraform has put letters and accents together', () => {
  fc.assert(
    fc.property(
      fc.dictionary(fc.string({ unit: fc.constantFrom(...'ABC_'), minLength: 1 }), arbitraryText()),
      fc.array(arbitraryText()),
      (variables, command) => {
        const text = yamlText({ variables, command });
        expect(text.normalize('NFC')).toBe(text);
        // as the agent reads it
        expect(parse(text, { version: '1.1' })).toEqual({ variables, command });
      },
    ),
    { numRuns: 2000, seed: 9 },
  );
});

test('a text that Terraform leaves alone reads as it is written', () => {
  expect(yamlText({ a: 'é {{name}} ${x}', b: 'yes' })).toBe('a: é {{name}} ${x}\nb: "yes"\n');
  expect(yamlText({ a: 'cafe\u0301' })).toBe('a: "cafe\\U00000301"\n');
});
