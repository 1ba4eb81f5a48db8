const shared = {
  testEnvironment: 'node',
  transform: {
    '^.+\\.[jt]s$': [
      '@swc/jest',
      { jsc: { target: 'es2022', parser: { syntax: 'typescript' } }, module: { type: 'commonjs' } },
    ],
  },
  setupFiles: ['<rootDir>/scripts/plain-output.js', '<rootDir>/scenario/host-settings.ts'],
  // jest's own loader knows no require() of ES modules, which Node has
  transformIgnorePatterns: [
    '/node_modules/(?!(@octokit/|universal-user-agent/|before-after-hook/|bottleneck/|toad-cache/|fast-content-type-parse/|json-with-bigint/))',
    '\\.pnp\\.[^\\/]+$',
  ],
  modulePathIgnorePatterns: ['<rootDir>/cdktf.out', '<rootDir>/.berth'],
};

const tests = (...paths) => paths.map((path) => `/${path}\\.test\\.ts$`);

/** What takes minutes: machines that boot, workflows that run, and stories of a dozen deploys in a row. */
const slow = tests(
  '__tests__/(machines|smoke|workflows)/.*',
  'simulator/__tests__/machines/.*',
  '__tests__/cli/(rehearse|sandbox)',
  '__tests__/program/.*',
);
const simulator = tests('simulator/__tests__/.*');
/** Tests that start programs: the command line, Terraform, Git, and the real reader of a text (Go, Caddy, Redis, systemd, a shell). */
const programs = tests(
  '__tests__/(bin|cli|program|registry|scripts)/.*',
  '__tests__/agent/(boot|certificates|log-line|logs|logs-killed|logs-spaces)',
  '__tests__/bench/report',
  '__tests__/constructs/terraform-text',
  '__tests__/definition/odd-files',
  '__tests__/lib/calendar',
  '__tests__/provisioners/convergence',
  '__tests__/plan/(narrowing|plan-file)',
  '__tests__/templates/(boot|caddy|readers|redis)',
);

const project = (displayName, testRegex, others = [], more = {}) => ({
  ...shared,
  ...more,
  displayName,
  testRegex,
  testPathIgnorePatterns: ['/node_modules/', ...others],
});

/** @type {import('jest').Config} */
module.exports = {
  // by default one core would idle
  maxWorkers: '100%',
  reporters: ['default', '<rootDir>/scripts/closing-line.js'],
  // Terraform starts in a second or two; on a busy computer it takes longer, and no test is about how long
  testTimeout: 60_000,
  // `npm test` runs the first three, `npm run test:machines` the last one, `npm run check` all
  projects: [
    project('unit', tests('__tests__/.*'), [...slow, ...simulator, ...programs], {
      setupFilesAfterEnv: ['<rootDir>/scripts/no-process.js'],
    }),
    project('simulator', simulator, slow),
    project('terraform', programs, [...slow, ...simulator]),
    project('machines', slow),
  ],
};
