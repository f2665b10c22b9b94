import type { IAdaptiveCard } from '@microsoft/teams.cards';
import type { InvokeResponse } from 'botbuilder';
import type { ActionAnswer, DialogAnswer, SearchResult } from './answers';

const CARD = 'application/vnd.microsoft.card.adaptive';

/** Bodies of invoke answers. `statusCode` inside the body is required by Teams, beside the HTTP status. */
export const invokeAnswers = {
  action: (answer: ActionAnswer): InvokeResponse =>
    answer.kind === 'message'
      ? ok({ statusCode: 200, type: 'application/vnd.microsoft.activity.message', value: answer.text })
      : ok({ statusCode: 200, type: CARD, value: answer.card }),
  dialog: (answer: DialogAnswer): InvokeResponse => {
    if (answer.kind === 'show') return ok({ task: { type: 'continue', value: taskInfo(answer) } });
    return answer.message === undefined ? { status: 200 } : ok({ task: { type: 'message', value: answer.message } });
  },
  search: (results: SearchResult[]): InvokeResponse =>
    ok({ statusCode: 200, type: 'application/vnd.microsoft.search.searchResponse', value: { results } }),
  /** Something went wrong, said in the form that each kind of invoke can show. */
  failure: (name: string | undefined, message: string, statusCode: 400 | 403 | 500 = 500): InvokeResponse => {
    if (name === 'adaptiveCard/action')
      return ok({
        statusCode,
        type: 'application/vnd.microsoft.error',
        value: { code: statusCode === 500 ? 'InternalServerError' : statusCode === 403 ? 'Forbidden' : 'BadRequest', message },
      });
    if (name === 'task/fetch' || name === 'task/submit') return ok({ task: { type: 'message', value: message } });
    if (name === 'application/search')
      return ok({ statusCode: 200, type: 'application/vnd.microsoft.search.searchResponse', value: { results: [] } });
    return { status: statusCode };
  },
};

const ok = (body: object): InvokeResponse => ({ status: 200, body });

function taskInfo({ title, card, size }: { title: string; card: IAdaptiveCard; size: string }) {
  return { title, width: size, height: size, card: { contentType: CARD, content: card } };
}
