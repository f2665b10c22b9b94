import type { Administrator } from '../../../sandbox/journey/administrator';
import { actionOf } from '../../../sandbox/journey/cardActions';
import type { Company } from './manyOrganizations';
import { newestCard, type ProcessBench } from './processBench';
import { until } from './until';

/** Both forms for each company, up to its plan. Side by side: one after the other they would take minutes. */
export async function showPlans(bench: ProcessBench, { client }: Administrator, companies: readonly Company[]): Promise<void> {
  for (const company of companies) {
    const person = bench.administrator(company, client);
    const scimToken = await person.makeUnityToken();
    await client.submitDialog(actionOf(await person.openTokenForm(), 'setup.submitToken'), { scimToken });
  }
  await allToBe(bench, client, companies, 'waiting');
}

/** *Start* on each plan, until every setup has ended so. */
export async function confirmAll(
  bench: ProcessBench,
  adele: Administrator,
  companies: readonly Company[],
  endsAs: 'done' | 'failed',
): Promise<void> {
  for (const company of companies) await confirm(bench, adele, company);
  await allToBe(bench, adele.client, companies, endsAs);
}

export const cardOf = (bench: ProcessBench, client: Administrator['client'], company: Company) =>
  newestCard(client, bench.subject('setup', company))!;
export const confirm = (bench: ProcessBench, adele: Administrator, company: Company) =>
  adele.press(cardOf(bench, adele.client, company).message, 'plan.confirm');

export async function allToBe(
  bench: ProcessBench,
  client: Administrator['client'],
  companies: readonly Company[],
  state: string,
): Promise<void> {
  const all = () => companies.every((company) => newestCard(client, bench.subject('setup', company))?.state === state);
  await until(`all ${companies.length} setups to be ${state}`, all, 90_000);
}
