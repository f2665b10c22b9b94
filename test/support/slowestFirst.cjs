const { default: Sequencer } = require('@jest/test-sequencer');

/** Beginnings of paths below test/, the slowest first; what is not named comes after them. */
const SLOW = [
  'journeys/faults',
  'processes/',
  'journeys/',
  'browser/accessibility',
  'conversations/',
  'bot/approvals',
  'workflows/',
];

/**
 * On a machine that has not run them before, Jest begins with the largest files. Ours that take longest are small, and one that begins
 * last keeps a single worker busy while the others have nothing left to do.
 */
module.exports = class SlowestFirst extends Sequencer {
  sort(tests) {
    const rank = ({ path, context }) => {
      const name = path
        .slice(context.config.rootDir.length)
        .replaceAll('\\', '/')
        .replace(/^\/test\//, '');
      const found = SLOW.findIndex((beginning) => name.startsWith(beginning));
      return found < 0 ? SLOW.length : found;
    };
    return super.sort(tests).sort((one, other) => rank(one) - rank(other));
  }
};
