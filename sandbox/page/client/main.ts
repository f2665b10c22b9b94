import { createTeamsClient } from '../../teams/client.js';
import { el } from './dom.js';
import { readCommands, readState } from './sandboxApi.js';
import { readSettings } from './settings.js';
import { createShell } from './shell.js';

/** Starts the page as the person named in the address, or as the first one of the tenant. */
async function start(root: HTMLElement): Promise<void> {
  const settings = readSettings(location.search);
  document.documentElement.dataset.theme = settings.theme;
  const [state, commands] = await Promise.all([readState(), readCommands().catch(() => [])]);
  const person = state.people.find(({ objectId }) => objectId === settings.as) ?? state.people[0];
  if (!person) throw new Error('Nobody in the tenant file has "signsIn": true.');
  const client = createTeamsClient({ origin: location.origin, as: person.objectId });
  await client.connect();
  const shell = createShell({ client, state, commands, settings: { ...settings, as: person.objectId } });
  root.replaceChildren(shell.element);
  client.onChange(shell.draw);
  shell.draw();
}

const root = document.querySelector<HTMLElement>('#page')!;
start(root).catch((error: Error) => {
  root.replaceChildren(
    el('main', { class: 'startFailed', role: 'alert' }, el('h1', {}, 'The sandbox does not answer'), el('p', {}, error.message)),
  );
});
