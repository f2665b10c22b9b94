import { type Administrator, createAdministrator } from '../../../sandbox/journey/administrator';
import { actionOf, findAction, readMessage } from '../../../sandbox/journey/cardActions';
import type { BotProcess } from '../../../sandbox/journey/startBot';
import type { MessageView } from '../../../sandbox/teams/clientTypes';
import type { Store } from '../../../src/store/sql';
import type { Colleagues } from './manyOrganizations';
import { type Hold, type ProcessBench, setUp, startProcessBench } from './processBench';

export const ADELE = '7b0c1d2e-0000-4000-8000-000000000001';
export const ALEX = '7b0c1d2e-0000-4000-8000-000000000002';
export const MEGAN = '7b0c1d2e-0000-4000-8000-000000000003';

/** What a copy of a request carries for programs that read along. */
export interface RequestValue {
  kind: 'request';
  requestId: string;
  number: number;
  state: string;
  decisions: number;
}

export function requestIn(message: MessageView): RequestValue | undefined {
  const value = message.value as RequestValue | undefined;
  return value?.kind === 'request' ? value : undefined;
}

/** A company that is set up, its rules in force, and people who ask and approve. */
export interface ApprovalBench extends ProcessBench {
  /** The process that everything was set up through. */
  first: BotProcess;
  /** Who set it up and wrote the rules. */
  adele: Administrator;
  /** Somebody without any right, who asks. */
  megan: Administrator;
  person(objectId: string): Promise<Administrator>;
  /** Saves the rules anew; approvers by object id. */
  rules(approvers: string[], more?: Record<string, string>): Promise<void>;
  /** Megan asks for that address; gives her card once the request is on it. */
  ask(address: string): Promise<MessageView>;
  /** This person's own copy of the request. */
  copyOf(who: Administrator, number: number): Promise<MessageView>;
  /** State of each copy that the person has of that request. */
  statesOf(who: Administrator, number: number): string[];
  /** Assignments that Entra made for this person. */
  assignmentsOf(objectId: string): number;
  /** Reads the database; on PGlite only while no bot lives. */
  read<Found>(work: (store: Store) => Promise<Found>): Promise<Found>;
}

/** Starts everything, sets up the one company and puts the rules in force, through the first bot process. */
export async function startApprovalBench({
  colleagues,
  holds = [],
  settings = {},
}: {
  colleagues?: Colleagues;
  holds?: readonly Hold[];
  settings?: Record<string, string>;
} = {}): Promise<ApprovalBench> {
  const bench = await startProcessBench({ colleagues: colleagues ?? {} });
  const people: Administrator[] = [];
  const { organizationId, appName } = bench.companies[0]!;
  const person = async (objectId: string) => {
    const one = createAdministrator({
      origin: bench.sandbox.origin,
      dashboardUrl: bench.sandbox.unity.dashboardUrl,
      objectId,
      organizationId,
      appName,
      timeoutMs: 30_000,
    });
    people.push(one);
    await one.arrive();
    return one;
  };
  const end = async () => {
    for (const { client } of people) client.close();
    await bench.end();
  };
  try {
    const first = await bench.start({ holds, settings });
    const adele = await person(ADELE);
    await adele.signIn();
    await setUp(adele, bench.subject('setup', bench.companies[0]!));
    const megan = await person(MEGAN);
    return { ...bench, first, adele, megan, person, end, ...actsOf(bench, adele, megan) };
  } catch (error) {
    await end();
    throw error;
  }
}

function actsOf(
  bench: ProcessBench,
  adele: Administrator,
  megan: Administrator,
): Pick<ApprovalBench, 'rules' | 'ask' | 'copyOf' | 'statesOf' | 'assignmentsOf' | 'read'> {
  let version = 0;
  return {
    async rules(approvers, more = {}) {
      const settings = await adele.say('settings', (message) => findAction(message.cards[0], 'policy.open') !== undefined);
      await adele.client.act(settings, actionOf(settings.cards[0], 'policy.open'));
      await adele.client.submitDialog(actionOf(adele.client.dialog()?.card, 'policy.submit'), {
        approvers: approvers.join(','),
        ...more,
      });
      version += 1;
      await adele.waitFor((message) => readMessage(message).includes(`In force, version ${version}`), `rules ${version}`);
    },
    ask: (address) => megan.say(`request ${address} because they join`, (message) => requestIn(message)?.state === 'requested'),
    copyOf: (who, number) => who.waitFor((message) => requestIn(message)?.number === number, `request ${number}`),
    statesOf: (who, number) =>
      who.client
        .messages(who.chat())
        .flatMap((message) => requestIn(message) ?? [])
        .filter((request) => request.number === number)
        .map(({ state }) => state),
    assignmentsOf(objectId) {
      const { assignments } = bench.sandbox.entra.state() as { assignments: { principalId: string }[] };
      return assignments.filter(({ principalId }) => principalId === objectId).length;
    },
    async read(work) {
      const store = await bench.openStore();
      try {
        return await work(store);
      } finally {
        await store.close();
      }
    },
  };
}
