import { FAULT_KINDS, QUICK_KINDS } from '../../sandbox/journey/faults/faultKinds';
import { type FaultReport, faultCells, runFaults } from '../../sandbox/journey/faults/runFaults';
import { makeTestPlace } from '../support/testStore';

let report: FaultReport;
beforeAll(async () => {
  const place = await makeTestPlace();
  try {
    report = await runFaults({ lasting: QUICK_KINDS, settings: { DATA_DIR: place.dataDir, ...place.environment } });
  } finally {
    await place.remove();
  }
}, 400_000);

const keyOf = ({ phase, call, fault, lasts }: ReturnType<typeof faultCells>[number]) =>
  `${call} in ${phase}, ${fault}${lasts ? '' : ' once'}`;
/** `npm run faults` takes all that lasts; here one stands for those that come to the same. */
const cells = faultCells(QUICK_KINDS);
const phases = {
  see: 'a setup that looks',
  act: 'a setup that acts',
  provision: 'a provision',
};

describe.each(Object.keys(phases) as (keyof typeof phases)[])('while %s', (phase) => {
  const rowOf = (key: string) => report.rows.find((row) => keyOf(row) === key);
  const inPhase = cells.filter((cell) => cell.phase === phase);

  describe(`${phases[phase]} gets over a fault that happens once [entra 7.2 transient]`, () => {
    it.each(inPhase.filter(({ lasts }) => !lasts).map(keyOf))('%s', (key) => {
      expect(rowOf(key)).toMatchObject({ problems: [], hits: 1 });
    });
  });

  describe(`${phases[phase]} ends with the true reason and a way on when a fault lasts`, () => {
    it.each(inPhase.filter(({ lasts }) => lasts).map(keyOf))('%s', (key) => {
      expect(rowOf(key)).toMatchObject({ problems: [] });
    });
  });
});

it('leaves one effect in Entra and Unity, in every company and after every fault [entra 7.2 look again]', () => {
  expect(report.effects.filter(({ problems }) => problems.length > 0)).toEqual([]);
  expect(report.effects).toHaveLength(
    new Set(cells.filter(({ lasts }) => lasts).map(({ phase, call }) => phase + call)).size + FAULT_KINDS.length,
  );
});
