/** @type {import('jest').Config} */
module.exports = {
  testEnvironment: 'node',
  // by default one core would idle
  maxWorkers: '100%',
  testMatch: ['<rootDir>/{,simulator/}__tests__/**/*.test.ts'],
  transform: {
    '^.+\\.[jt]s$': [
      '@swc/jest',
      { jsc: { target: 'es2022', parser: { syntax: 'typescript' } }, module: { type: 'commonjs' } },
    ],
  },
  setupFiles: ['<rootDir>/scripts/plain-output.js'],
  // jest's own loader knows no require() of ES modules, which Node has
  transformIgnorePatterns: [
    '/node_modules/(?!(@octokit/|universal-user-agent/|before-after-hook/|bottleneck/|toad-cache/|fast-content-type-parse/|json-with-bigint/))',
    '\\.pnp\\.[^\\/]+$',
  ],
  reporters: ['default', '<rootDir>/scripts/closing-line.js'],
  // Terraform starts in a second or two; on a busy machine it takes longer, and no test is about how long
  testTimeout: 60_000,
  modulePathIgnorePatterns: ['<rootDir>/cdktf.out', '<rootDir>/.berth'],
};
