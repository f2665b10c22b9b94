import type { Administrator } from '../../../sandbox/journey/administrator';
import { actionOf } from '../../../sandbox/journey/cardActions';
import { ADELE, ALICE, callNames, killPoints, type Phase } from './killPoints';
import { type Case, type Fate, holdOf, killOnce, subjectOf } from './killRounds';
import type { Company } from './manyOrganizations';
import { newestCard, type ProcessBench, startProcessBench } from './processBench';
import { until } from './until';

/** The undo has a story of its own. */
export type SetupPhase = Exclude<Phase, 'undo'>;
export const PHASES: readonly SetupPhase[] = ['see', 'act', 'provision'];
const CASES = Math.max(...PHASES.map((phase) => killPoints(phase).length));
const ENDS_AS: Record<SetupPhase, string> = { see: 'waiting', act: 'done', provision: 'done' };

/** What is in the world and in the database after four processes have died. */
export interface Story {
  /** In the order of `killPoints(phase)`. */
  fates: Record<SetupPhase, Fate[]>;
  /** What one undisturbed run calls and writes. */
  undisturbed: Record<SetupPhase, { calls: string[]; steps: string[] }>;
  world: WorldOf[];
  secretsLeft: number;
  openRuns: number;
}

/** What stands in Entra and Unity for one company. */
export interface WorldOf {
  jobs: string[];
  assigned: string[];
  scimUsers: string[];
}

/**
 * The whole job in many companies at once, told to die four times: while runs look, while they act, and while they provision.
 * One company lives undisturbed.
 */
export async function playKillStory(): Promise<Story> {
  const bench = await startProcessBench({ companies: CASES + 1 });
  try {
    return await play(bench);
  } finally {
    await bench.end();
  }
}

async function play(bench: ProcessBench): Promise<Story> {
  const { companies, sandbox } = bench;
  const undisturbed = companies.at(-1)!;
  const adele = bench.administrator(undisturbed);
  const cases = Object.fromEntries(
    PHASES.map((phase) => [
      phase,
      killPoints(phase).map(
        (point, index): Case => ({
          phase,
          point,
          company: companies[index]!,
          ...actionsOf(bench, adele, phase, companies[index]!),
        }),
      ),
    ]),
  ) as Record<SetupPhase, Case[]>;
  // A person's forms are taken one after the other: a start that hangs keeps the next form waiting, so the last of *see* dies alone.
  const deaths = [cases.see.slice(0, -1), cases.see.slice(-1), cases.act, cases.provision];
  const holdsFor = (death: readonly Case[]) => death.flatMap((one) => holdOf(bench, one) ?? []);

  let bot = await bench.start({ holds: holdsFor(deaths[0]!) });
  await adele.arrive();
  await adele.signIn();
  const calls: Partial<Record<SetupPhase, string[]>> = {};
  for (const phase of PHASES) calls[phase] = await runUndisturbed(bench, adele, phase, undisturbed);

  const fates: Record<SetupPhase, Fate[]> = { see: [], act: [], provision: [] };
  for (const [index, death] of deaths.entries()) {
    const phase = death[0]!.phase as SetupPhase;
    const round = await killOnce(bench, bot, adele.client, death, {
      holds: holdsFor(death),
      endsAs: ENDS_AS[phase],
      nextHolds: holdsFor(deaths[index + 1] ?? []),
    });
    bot = round.bot;
    fates[phase].push(...round.fates);
    // Whoever has no place to die in this phase comes to its end without a fuss, for the next one.
    if (death === deaths[1])
      for (const company of companies.slice(cases.see.length, -1)) await runUndisturbed(bench, adele, 'see', company);
  }
  await bot.stop();

  const store = await bench.openStore();
  try {
    const [secrets, runs, steps] = [
      await store.query('select 1 from secrets'),
      await store.query('select 1 from runs where ended_at is null'),
      await store.query<{ workflow_uuid: string; function_name: string }>(
        `select workflow_uuid, function_name from dbos.operation_outputs where workflow_uuid ~ ('^[a-z]+:[^:]+:' || $1 || ':') order by function_id`,
        [undisturbed.organizationId],
      ),
    ];
    const stepsOf = (workflow: RegExp) =>
      steps.filter(({ workflow_uuid }) => workflow.test(workflow_uuid)).map(({ function_name }) => function_name);
    return {
      fates,
      undisturbed: {
        see: { calls: calls.see!, steps: stepsOf(/^setup:.*:1$/) },
        act: { calls: calls.act!, steps: stepsOf(/^setup:[^:]+:[^:]+:2$/) },
        provision: { calls: calls.provision!, steps: stepsOf(/^provision:[^:]+:[^:]+:[^:]+:1$/) },
      },
      world: companies.map((company) => worldOf(sandbox, company)),
      secretsLeft: secrets.length,
      openRuns: runs.length,
    };
  } finally {
    await store.close();
  }
}

/** What Adele does to bring a phase about. */
function actionsOf(bench: ProcessBench, adele: Administrator, phase: SetupPhase, company: Company): Pick<Case, 'prepare' | 'go'> {
  const { client } = adele;
  const subject = subjectOf(bench, 'see', company);
  if (phase === 'provision') return { go: () => adele.say(`provision alice@contoso.com to ${company.organizationId}`) };
  if (phase === 'act') return { go: () => adele.press(newestCard(client, subject)!.message, 'plan.confirm') };
  let submit = async (): Promise<unknown> => undefined;
  return {
    async prepare() {
      const person = bench.administrator(company, client);
      const scimToken = await person.makeUnityToken();
      const form = await person.openTokenForm();
      submit = () => client.submitDialog(actionOf(form, 'setup.submitToken'), { scimToken });
    },
    go: () => submit(),
  };
}

/** Gives the calls of this phase's run. */
async function runUndisturbed(bench: ProcessBench, adele: Administrator, phase: SetupPhase, company: Company): Promise<string[]> {
  const { calls } = bench.sandbox.context;
  const { prepare, go } = actionsOf(bench, adele, phase, company);
  await prepare?.();
  calls.clear();
  await go();
  const subject = subjectOf(bench, phase, company);
  await until(`${subject} to be ${ENDS_AS[phase]}`, () => newestCard(adele.client, subject)?.state === ENDS_AS[phase]);
  return callNames(calls.list());
}

export function worldOf(sandbox: ProcessBench['sandbox'], { servicePrincipalId, organizationId }: Company): WorldOf {
  const { jobs, assignments } = sandbox.entra.state() as {
    jobs: { servicePrincipalId: string; schedule: { state: string } }[];
    assignments: { resourceId: string; principalId: string }[];
  };
  const organization = sandbox.unity.state().organizations.find(({ genesisId }) => genesisId === organizationId);
  const names = new Map([
    [ADELE, 'adele'],
    [ALICE, 'alice'],
  ]);
  return {
    jobs: jobs.filter((job) => job.servicePrincipalId === servicePrincipalId).map(({ schedule }) => schedule.state),
    assigned: assignments
      .filter(({ resourceId }) => resourceId === servicePrincipalId)
      .map(({ principalId }) => names.get(principalId) ?? principalId)
      .sort(),
    scimUsers: (organization?.scimUsers ?? []).map(({ userName, active }) => `${userName}${active ? '' : ' (inactive)'}`).sort(),
  };
}
