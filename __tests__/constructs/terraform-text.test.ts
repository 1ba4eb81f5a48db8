import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'cdktf';
import fc from 'fast-check';
import { Stack } from '../../constructs/stack';
import { TerraformData } from '../../constructs/terraform-data';
import { arbitraryText } from '../arbitrary-text';

const folder = mkdtempSync(join(tmpdir(), 'terraform-text-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const terraform = (...args: readonly string[]): void => {
  const { status, stdout, stderr } = spawnSync(process.env.TERRAFORM_BINARY_NAME ?? 'terraform', args, {
    cwd: folder,
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  });
  expect([status, status === 0 ? '' : (stdout + stderr).slice(-600)]).toEqual([0, '']);
};

test('whatever text a construct is given arrives in Terraform as it was, in the composed form that Terraform keeps', () => {
  const texts = fc.sample(arbitraryText(), { numRuns: 3000, seed: 9 });
  const stack = new Stack(new App({ outdir: folder }), 'texts');
  new TerraformData(stack, 'texts', Object.fromEntries(texts.map((text, index) => [`t${index}`, text])));
  writeFileSync(join(folder, 'main.tf.json'), JSON.stringify(stack.toTerraform()));
  terraform('init', '-input=false', '-no-color');
  terraform('apply', '-auto-approve', '-input=false', '-no-color');
  const state = JSON.parse(readFileSync(join(folder, 'terraform.tfstate'), 'utf8')) as {
    resources: { instances: { attributes: { triggers_replace: { value: Record<string, string> } } }[] }[];
  };
  const kept = state.resources[0]!.instances[0]!.attributes.triggers_replace.value;
  const ascii = (text: string | undefined): string =>
    JSON.stringify(text).replace(
      /[\u007f-\uffff]/g,
      (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`,
    );
  expect(
    texts.flatMap((text, index) =>
      kept[`t${index}`] === text.normalize('NFC') ? [] : [`${ascii(text)} arrived as ${ascii(kept[`t${index}`])}`],
    ),
  ).toEqual([]);
});
