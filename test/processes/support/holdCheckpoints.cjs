/**
 * Loaded into the bot before anything else (`node --require`): holds runs at their checkpoints, so that a test can end the process
 * exactly there. `HOLD_AT` is JSON: `[{ "workflow": "^setup:.*:2$", "at": "findApp", "when": "lost" }]`, where `at` is a step's
 * name, or `start` for the row that starts the workflow. `lost` holds before the checkpoint is written (the work is done and nobody
 * knows), `kept` right after it. Each held row is announced on stdout as `held <its place in the list>`. A row with `once` holds
 * the first workflow that comes there, whoever starts it again, and no other.
 */
const { dirname, join } = require('node:path');

const sdk = dirname(require.resolve('@dbos-inc/dbos-sdk'));
const { SystemDatabase } = require(join(sdk, 'system_database.js'));
const rows = JSON.parse(process.env.HOLD_AT ?? '[]').map((row) => ({ ...row, workflow: new RegExp(row.workflow) }));

function hold(workflow, at, when) {
  const index = rows.findIndex((row) => row.at === at && row.when === when && row.workflow.test(workflow));
  if (index < 0) return undefined;
  if (rows[index].once) rows[index] = { ...rows[index], once: false, workflow: { test: (id) => id === workflow } };
  process.stdout.write(`held ${index}\n`);
  return new Promise(() => undefined);
}

function around(method, nameOf) {
  const original = SystemDatabase.prototype[method];
  SystemDatabase.prototype[method] = async function held(...args) {
    const [workflow, at] = nameOf(args);
    await hold(workflow, at, 'lost');
    const result = await original.apply(this, args);
    await hold(workflow, at, 'kept');
    return result;
  };
}

around('recordOperationResult', ([workflow, , name]) => [workflow, name]);
for (const method of ['initWorkflowStatus', 'initChildWorkflowStatus'])
  around(method, ([status]) => [status.workflowUUID, 'start']);
