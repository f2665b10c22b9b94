import type { ActionAnswer, Card, DialogView, MessageView } from '../clientTypes';
import type { InvokeResult } from '../wireTypes';
import { fillInputs, mergeData } from './cardInputs';
import type { ClientState } from './clientState';
import type { Compose } from './compose';
import type { Execute } from './execute';
import type { Invoke } from './invokes';

interface Deps {
  state: ClientState;
  invoke: Invoke;
  compose: Compose;
  execute: Execute['execute'];
  theme: () => string;
}

type Action = Record<string, unknown>;
type Task = { type: 'message'; value: string } | { type: 'continue'; value: Record<string, unknown> };

const errorAnswer = (code: string, text: string): ActionAnswer => ({ kind: 'error', code, text });
const teamsPart = ({ data }: Action): Action => (data as { msteams?: Action } | undefined)?.msteams ?? {};

/** Buttons of cards and dialogs. */
export function createActions({ state, invoke, compose, execute, theme }: Deps) {
  /** What the bot's `task` means: another form, a text, or the end of the dialog. */
  const followTask = (message: MessageView, { problem, body }: InvokeResult): ActionAnswer => {
    if (problem) return errorAnswer(problem.code, problem.text);
    const task = (body as { task?: Task } | undefined)?.task;
    if (!task || task.type === 'message') {
      state.setDialog(undefined);
      return task ? { kind: 'message', text: task.value } : { kind: 'closed' };
    }
    const { title = '', card, width, height } = task.value as { title?: string; card?: { content?: Card } } & Partial<DialogView>;
    if (!card?.content) return errorAnswer('noCard', 'The sandbox shows cards in dialogs, no web pages');
    const view = { title, card: card.content, ...(width !== undefined && { width }), ...(height !== undefined && { height }) };
    state.setDialog({ view, message });
    return { kind: 'dialog', dialog: view };
  };

  const task = async (name: 'task/fetch' | 'task/submit', message: MessageView, data: unknown): Promise<ActionAnswer> =>
    followTask(message, await invoke(message, name, { data, context: { theme: theme() } }));

  const submit = async (message: MessageView, action: Action, data: unknown): Promise<ActionAnswer> => {
    const { type, text, value } = teamsPart(action);
    if (type === 'task/fetch') return task('task/fetch', message, data);
    if (type === 'imBack') await compose.say(message.conversationId, String(value));
    else if (type === 'messageBack') await compose.submit(message, { ...(text !== undefined && { text }), value });
    else await compose.submit(message, { value: data });
    return { kind: 'sent' };
  };

  return {
    async act(message: MessageView, action: Action, inputs: Record<string, string> = {}): Promise<ActionAnswer> {
      const [first] = message.cards;
      const card = message.cards.find((one) => JSON.stringify(one).includes(JSON.stringify(action))) ?? first;
      if (!card) throw new Error(`Message ${message.id} has no card`);
      const { values, problem } = fillInputs(card, action, inputs);
      if (problem) return errorAnswer('invalidInput', problem.text);
      const data = mergeData(action.data, values);
      if (action.type === 'Action.Execute') return execute(message, { ...action, data });
      if (action.type === 'Action.Submit') return submit(message, action, data);
      return errorAnswer('unsupported', `${String(action.type)} is not for the bot`);
    },
    async submitDialog(action: Action, inputs: Record<string, string> = {}): Promise<ActionAnswer> {
      const dialog = state.dialog();
      if (!dialog) throw new Error('No dialog is open');
      if (action.type !== 'Action.Submit') return errorAnswer('unsupported', `${String(action.type)} does not work in a dialog`);
      const { values, problem } = fillInputs(dialog.view.card, action, inputs);
      if (problem) return errorAnswer('invalidInput', problem.text);
      return task('task/submit', dialog.message, mergeData(action.data, values));
    },
  };
}
