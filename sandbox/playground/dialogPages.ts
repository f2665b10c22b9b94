import express, { type Request, type Response, Router } from 'express';
import { z } from 'zod';
import type { Channel } from './channel';
import { buttonsOf, type DialogCard, drawDialog, drawText } from './drawDialog';
import { ownInvoke } from './teamsActivity';
import type { BotAnswer, PostToBot } from './toBot';

interface Deps {
  channel: Channel;
  serviceUrl: () => string;
  postToBot: PostToBot;
  /** Where `routes` are mounted. */
  baseUrl: () => string;
}

interface DialogPages {
  routes: Router;
  /** The address of the page for a button that opens a dialog; the same button has the same page. */
  linkFor(openerData: Record<string, unknown>): string;
}

interface Dialog {
  openerData: Record<string, unknown>;
  /** What it shows now; undefined while it is closed. */
  shown?: DialogCard | undefined;
}

const answered = z.looseObject({
  task: z.union([
    z.looseObject({
      type: z.literal('continue'),
      value: z.looseObject({ title: z.string().default(''), card: z.looseObject({ content: z.looseObject({}) }) }),
    }),
    z.looseObject({ type: z.literal('message'), value: z.string() }),
  ]),
});

/**
 * The dialogs that the Playground lacks, as pages of the relay: `task/fetch` when one is opened, `task/submit` when a button is
 * pressed. What is typed goes to the bot and is kept nowhere.
 */
export function createDialogPages({ channel, serviceUrl, postToBot, baseUrl }: Deps): DialogPages {
  const routes = Router();
  const dialogs: Dialog[] = [];

  const invoke = (name: string, data: unknown) =>
    postToBot(ownInvoke(channel, serviceUrl(), { name, value: { data, context: { theme: 'default' } } }));

  routes.get('/:number', async (request: Request, response: Response) => {
    const dialog = dialogs[Number(request.params.number)];
    if (dialog) show(dialog, response, await invoke('task/fetch', dialog.openerData));
    else response.status(404).send(drawText('No such dialog', 'Open it from the Playground.'));
  });

  routes.post('/:number', express.urlencoded({ extended: false, limit: '1mb' }), async (request, response) => {
    const dialog = dialogs[Number(request.params.number)];
    const { button, ...inputs } = request.body as Record<string, string>;
    const pressed = dialog?.shown && buttonsOf(dialog.shown.card)[Number(button)];
    if (!dialog || !pressed) {
      response.status(409).send(drawText('This dialog is closed', 'Open it again from the Playground.'));
      return;
    }
    const data = { ...(pressed.associatedInputs !== 'none' && inputs), ...pressed.data };
    show(dialog, response, await invoke('task/submit', data));
  });

  function show(dialog: Dialog, response: Response, { status, body }: BotAnswer): void {
    const { task } = answered.safeParse(body).data ?? {};
    dialog.shown = task?.type === 'continue' ? { title: task.value.title, card: task.value.card.content } : undefined;
    if (dialog.shown) response.send(drawDialog(dialog.shown));
    else if (task?.type === 'message') response.send(drawText('Closed', task.value));
    else if (status === 200 && body === undefined) response.send(drawText('Closed', 'You can close this page.'));
    else response.status(502).send(drawText('The bot gave no dialog', `It answered with status ${status}.`));
  }

  return {
    routes,
    linkFor(openerData) {
      const key = JSON.stringify(openerData);
      const known = dialogs.findIndex((dialog) => JSON.stringify(dialog.openerData) === key);
      const number = known >= 0 ? known : dialogs.push({ openerData }) - 1;
      return `${baseUrl()}/${number}`;
    },
  };
}
