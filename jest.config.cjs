const { availableParallelism } = require('node:os');

/** Suites by folder: the browser's journeys need Chromium and run only by `npm run test:browser`. */
const forBrowser = process.env.TEST_BROWSER === '1';
module.exports = {
  testEnvironment: 'node',
  roots: ['<rootDir>/test'],
  testMatch: forBrowser ? ['**/browser/**/*.test.ts'] : ['**/*.test.ts'],
  testPathIgnorePatterns: forBrowser ? [] : ['/test/browser/'],
  transform: {
    '\\.[cm]?[jt]s$': [
      '@swc/jest',
      { jsc: { target: 'es2023', parser: { syntax: 'typescript', decorators: true } }, module: { type: 'commonjs' } },
    ],
  },
  // Modules that the browser loads too name their imports with `.js`; in the source tree these are `.ts` files.
  moduleNameMapper: { '^(\\.{1,2}/.+)\\.js$': ['$1.js', '$1.ts'] },
  transformIgnorePatterns: ['/node_modules/(?!jose/)'],
  testTimeout: 60_000,
  // Jest leaves one core alone, which makes a single worker of two cores; most of ours wait for other processes half of the time.
  // In the browser they run one after the other.
  maxWorkers: Math.max(2, availableParallelism() - 1),
  testSequencer: '<rootDir>/test/support/slowestFirst.cjs',
};
