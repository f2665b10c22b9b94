import { parseArgs } from 'node:util';
import { runApprovals } from './approvals';
import { type JourneyReport, runJourney } from './runJourney';

const HELP = `npm run journey -- [options]   the whole job, headless, against the sandbox and the real bot

  --json               one JSON document instead of a table
  --tenant FILE        another tenant file for the sandbox
  --organization ID    number of the Unity organization; default: the first of the tenant
  --app NAME           name of the enterprise app; default: the one that signs in to Unity
  --people A,B,C       addresses to provision; default: alice
  --database URL       Postgres of the bot; default: its embedded database
  --scenario approval  instead: request and approve, request and decline, and a crash between click and run

Exit code 0 only if each person is an active SCIM user and the notification arrived; with a scenario, if each part held.`;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      json: { type: 'boolean', default: false },
      tenant: { type: 'string' },
      organization: { type: 'string' },
      app: { type: 'string' },
      people: { type: 'string' },
      database: { type: 'string' },
      scenario: { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help) return console.log(HELP);
  if (values.scenario === 'approval') return approvals(values.json, values.database);
  if (values.scenario) throw new Error(`There is no scenario "${values.scenario}"; there is: approval`);
  const report = await runJourney({
    ...(values.tenant ? { tenantFile: values.tenant } : {}),
    ...(values.organization ? { organizationId: values.organization } : {}),
    ...(values.app ? { appName: values.app } : {}),
    ...(values.people ? { people: values.people.split(',').map((address) => address.trim()) } : {}),
    ...(values.database ? { databaseUrl: values.database } : {}),
    ...(values.json ? {} : { onStep: ({ name, ms }) => console.log(`${name.padEnd(16)} ${String(ms).padStart(7)} ms`) }),
  });
  if (values.json) console.log(JSON.stringify(report));
  else print(report);
  process.exitCode = report.ok ? 0 : 1;
}

async function approvals(json: boolean, databaseUrl: string | undefined): Promise<void> {
  const reports = await runApprovals(databaseUrl ? { databaseUrl } : {});
  for (const { problem, ...report } of reports) {
    if (json) console.log(JSON.stringify(report));
    else
      console.log(
        `${report.scenario.padEnd(8)} ${report.ok ? 'ok' : 'failed'}: ${report.decisions} decisions, ${report.effects} effects`,
      );
    if (problem) console.error(problem);
  }
  process.exitCode = reports.every(({ ok }) => ok) ? 0 : 1;
}

function print({ scimUsers, graphCalls, notifications, problems, ok }: JourneyReport): void {
  console.log(`\nGraph calls      ${graphCalls}`);
  for (const { userName, active } of scimUsers) console.log(`SCIM user        ${userName} (${active ? 'active' : 'inactive'})`);
  for (const { to, kind, counts } of notifications) console.log(`Notification     to ${to}: ${kind} ${JSON.stringify(counts)}`);
  for (const problem of problems) console.log(`Problem          ${problem}`);
  console.log(ok ? '\nThe whole job is done.' : '\nThe job is not done.');
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
