import { setDefaultCACertificates } from 'node:tls';
import { type Switches, switchesSchema } from '../../../sandbox/core/switches';
import type { TenantApp, TenantData } from '../../../sandbox/core/tenant';
import { readMessage } from '../../../sandbox/journey/cardActions';
import type { Company } from '../../../sandbox/journey/faults/companies';
import {
  type CompanyAdministrator,
  type FaultWorld,
  type RunCard,
  startFaultWorld,
  type WorldOptions,
} from '../../../sandbox/journey/faults/faultWorld';
import { makeTestPlace, type TestPlace } from '../../support/testStore';
import { type Graph, graphOf } from './graph';
import { type Kept, keptFor } from './kept';

/** What one story has for itself: a company whose administrator is signed in, in a world that it shares with others. */
export interface Stage {
  world: FaultWorld;
  company: Company;
  person: CompanyAdministrator;
  /** Graph as the company's administrator may use it by hand. */
  graph: Graph;
  /** What Entra and Unity keep of this company. */
  kept(): Kept;
  /** A row of the fault table that hits calls of this company's administrator, app or organization. */
  fault: FaultWorld['sandbox']['context']['faults']['add'];
}

export interface StoryOptions {
  /** Changes the company before the sandbox starts. */
  tenant?: (tenant: TenantData, company: Company, app: TenantApp) => void;
  /** What the real services may do otherwise. Such a story has the world for itself. */
  switches?: Partial<Switches>;
  /** For what concerns the world as a whole. */
  alone?: boolean;
  /** Stories with the same name share one company and are told one after the other, in their order. */
  company?: string;
}

export interface StoryBook {
  /** A test: its title is the fact, its work begins when the world stands, beside the others. */
  it(title: string, work: (stage: Stage) => Promise<void>, options?: StoryOptions): void;
}

interface Story {
  title: string;
  work: (stage: Stage) => Promise<void>;
  options: StoryOptions;
  /** Number of its company. */
  index: number;
  told: { promise: Promise<void>; resolve(): void; reject(error: unknown): void };
}

const AT_ONCE = 6;
const PATIENCE_MS = 150_000;

/**
 * A file's stories over one sandbox and one real bot, each in a company of its own. They are told at the same time, those with switches
 * of their own one after the other at the end; each test then says how its story went.
 */
export function storyBook(options: Omit<WorldOptions, 'companies' | 'change'> = {}): StoryBook {
  const stories: Story[] = [];
  let world: FaultWorld | undefined;
  let place: TestPlace | undefined;

  beforeAll(async () => {
    place = await makeTestPlace();
    world = await startFaultWorld({
      ...options,
      settings: { DATA_DIR: place.dataDir, ...place.environment, ...options.settings },
      companies: new Set(stories.map(({ index }) => index)).size,
      change: (tenant, company, app) => {
        for (const {
          index,
          options: { tenant: change },
        } of stories)
          if (index === company.index) change?.(tenant, company, app);
      },
    });
    setDefaultCACertificates([world.sandbox.entra.authorityPem]);
    void tellAll(world);
  }, PATIENCE_MS);
  afterAll(async () => {
    await Promise.allSettled(stories.map(({ told }) => told.promise));
    await world?.stop();
    await place?.remove();
  }, PATIENCE_MS);

  async function tellAll(there: FaultWorld): Promise<void> {
    const needsAll = ({ options: { switches, alone } }: Story) => alone === true || switches !== undefined;
    const stages = new Map<number, Promise<Stage>>();
    const stageOf = (index: number) => {
      const stage = stages.get(index) ?? setTheStage(there, there.companies[index]!);
      stages.set(index, stage);
      return stage;
    };
    const tell = async ({ work, options: { switches = {} }, index, told }: Story) => {
      const usual = switchesSchema.parse({ ...there.sandbox.context.switches });
      await stageOf(index)
        .then((stage) => {
          Object.assign(there.sandbox.context.switches, switches);
          return work(stage);
        })
        .then(told.resolve, told.reject);
      if (Object.keys(switches).length > 0) Object.assign(there.sandbox.context.switches, usual);
    };
    const companies = [...new Set(stories.map(({ index }) => index))];
    const next = async () => {
      for (let index = companies.shift(); index !== undefined; index = companies.shift())
        for (const story of stories) if (story.index === index && !needsAll(story)) await tell(story);
    };
    await Promise.all(Array.from({ length: AT_ONCE }, next));
    for (const story of stories.filter(needsAll)) await tell(story);
  }

  return {
    it(title, work, storyOptions = {}) {
      const told = deferred();
      told.promise.catch(() => undefined); // its own test says so
      const same = storyOptions.company && stories.find(({ options: { company } }) => company === storyOptions.company);
      const index = same ? same.index : Math.max(-1, ...stories.map((story) => story.index)) + 1;
      stories.push({ title, work, options: storyOptions, index, told });
      it(title, () => told.promise, PATIENCE_MS);
    },
  };
}

function deferred(): Story['told'] {
  let resolve: () => void = () => undefined;
  let reject: (error: unknown) => void = () => undefined;
  const promise = new Promise<void>((done, failed) => {
    resolve = done;
    reject = failed;
  });
  return { promise, resolve, reject };
}

async function setTheStage(world: FaultWorld, company: Company): Promise<Stage> {
  return {
    world,
    company,
    person: await world.administrator(company),
    graph: graphOf(world, company),
    kept: () => keptFor(world, company),
    fault: (row) => world.sandbox.context.faults.add(row),
  };
}

/** What a person reads on a run's card. */
export function textOf({ message }: RunCard): string {
  return readMessage(message);
}

/** A run's end as a program reads it: state and why. */
export function endOf({ run }: RunCard): { state: string; why: string | null } {
  const why = run.state === 'waiting' ? run.waitingFor : (run.stop ?? run.failure?.code ?? null);
  return { state: run.state, why: run.state === 'done' ? null : why };
}

/** Each person's outcome, with its code. */
export function outcomesOf({ run }: RunCard): string[] {
  return (run.people ?? []).map(({ outcome, code }) => [outcome, code].filter(Boolean).join(' '));
}
