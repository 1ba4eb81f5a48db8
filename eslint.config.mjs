import js from '@eslint/js';
import { createTypeScriptImportResolver } from 'eslint-import-resolver-typescript';
import { importX } from 'eslint-plugin-import-x';
import tseslint from 'typescript-eslint';

/** Imports point one way. Each folder names what it may import; everything else is an error. */
const mayImport = {
  lib: [],
  definition: ['lib'],
  contract: ['definition', 'lib'],
  templates: ['contract', 'definition', 'lib'],
  constructs: ['contract', 'definition', 'lib'],
  stacks: ['constructs', 'templates', 'contract', 'definition', 'lib'],
  agent: ['contract', 'lib'],
  provisioners: ['contract', 'definition', 'lib'],
  environments: ['definition'],
  plan: ['contract', 'definition', 'lib'],
  simulator: [],
  scenario: ['simulator', 'definition'],
  cli: ['plan', 'scenario', 'simulator', 'stacks', 'templates', 'contract', 'definition', 'lib'],
};
const folders = Object.keys(mayImport);
const zones = folders.flatMap((target) =>
  folders
    .filter((from) => from !== target && !mayImport[target].includes(from))
    .map((from) => ({
      target: `./${target}`,
      from: `./${from}`,
      message: `${target}/ may import ${mayImport[target].join(', ') || 'nothing of the other folders'}; not ${from}/ (docs/decisions/0003-imports-point-one-way.md)`,
    })),
);

export default tseslint.config(
  { ignores: ['node_modules/', 'cdktf.out/', '.berth/', 'coverage/', 'bin/'] },
  js.configs.recommended,
  ...tseslint.configs.strict,
  ...tseslint.configs.stylistic,
  {
    files: ['**/*.ts'],
    plugins: { 'import-x': importX },
    settings: { 'import-x/resolver-next': [createTypeScriptImportResolver()] },
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      'import-x/no-restricted-paths': ['error', { zones }],
      'import-x/no-default-export': 'error',
      'import-x/no-cycle': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/consistent-type-imports': [
        'error',
        { fixStyle: 'inline-type-imports', disallowTypeAnnotations: false },
      ],
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-dynamic-delete': 'off',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      'max-lines': ['error', 400],
      // 15 in most folders, see below
      complexity: ['error', 32],
      'no-console': 'error',
    },
  },
  {
    // a construct is given everything it needs
    files: ['constructs/**/*.ts', 'stacks/**/*.ts'],
    rules: {
      'no-restricted-properties': [
        'error',
        {
          object: 'process',
          property: 'env',
          message: 'a construct never reads the environment: the JSON must be the same everywhere',
        },
      ],
      'no-restricted-syntax': [
        'error',
        {
          selector: "CallExpression[callee.property.name='addDependency']",
          message: 'cdktf ignores it: use dependsOn',
        },
      ],
    },
  },
  {
    files: ['{agent,constructs,contract,lib,provisioners,scenario,stacks,templates}/**/*.ts'],
    rules: { complexity: ['error', 15] },
  },
  // one boot of a machine, one file
  { files: ['__tests__/machines/**/*.ts'], rules: { 'max-lines': ['error', 600] } },
  {
    files: ['constructs/**/*.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        { patterns: [{ group: ['node:fs', 'fs', 'node:fs/*'], message: 'a construct never reads files' }] },
      ],
    },
  },
  {
    // what the agent's bundle is made from
    files: ['{agent,provisioners,contract,definition,lib}/**/*.ts'],
    rules: {
      'no-restricted-syntax': [
        'error',
        {
          selector: "ImportDeclaration[source.value='zod'][importKind='value'] > ImportSpecifier",
          message:
            'import * as z from "zod": a bundler cannot leave out what is not used of the object "z", which is half of the agent',
        },
      ],
    },
  },
  {
    files: ['**/*.js'],
    languageOptions: {
      globals: { require: 'readonly', module: 'writable', process: 'readonly', __dirname: 'readonly' },
    },
    rules: { '@typescript-eslint/no-require-imports': 'off' },
  },
  { files: ['*.config.*'], rules: { 'import-x/no-default-export': 'off' } },
);
