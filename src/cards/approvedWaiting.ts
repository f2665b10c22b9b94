import type { IAdaptiveCard } from '@microsoft/teams.cards';
import { box, card, execute, line, row, subtle } from './kit';
import { md } from './markdown';
import type { ApprovedWaitingView } from './requestViews';
import { signs } from './symbols';
import { VERBS } from './verbs';
import { approvedWaiting, peopleWords, request, requestButtons, requestList } from './words';

/** One card for the approvers: what the policy approved by itself and somebody still has to run. */
export function approvedWaitingCard({
  connectionId,
  organizationId,
  appDisplayName,
  requests,
}: ApprovedWaitingView): IAdaptiveCard {
  const where = subtle(md`${appDisplayName} · organization ${organizationId}`);
  const count = requests.length;
  if (count === 0)
    return card({
      title: approvedWaiting.title(2).replace('2 ', ''),
      fallback: approvedWaiting.none,
      body: [where, box('emphasis', line(approvedWaiting.none))],
    });
  const requestIds = requests.map(({ requestId }) => requestId).join(',');
  return card({
    title: approvedWaiting.title(count),
    fallback: requests.map(({ number }) => request.title(number)).join(', '),
    body: [
      where,
      box('accent', line(approvedWaiting.what)),
      ...requests.map(({ number, requestedBy, people, expiresAt }) =>
        row({
          ...signs.waiting,
          spacing: 'Medium',
          items: [
            line(md`**${request.title(number)}** · ${peopleWords(people)}`),
            subtle(`${requestList.by(requestedBy)} · ${requestList.until(expiresAt)}`),
          ],
        }),
      ),
      subtle(approvedWaiting.means, { spacing: 'Medium' }),
    ],
    actions: [execute(VERBS.requestRunAll, requestButtons.runAll(count), { connectionId, requestIds }, { style: 'positive' })],
  });
}
