import type { IAdaptiveCard } from '@microsoft/teams.cards';
import { card, openDialog, subtle, text } from './kit';
import { VERBS } from './verbs';
import { requestButtons } from './words';
import { requestStart } from './words/requestEdgeWords';

/** The answer to `request` alone: the button that opens the form. */
export function requestStartCard(): IAdaptiveCard {
  return card({
    title: requestStart.title,
    fallback: requestStart.what,
    body: [text(requestStart.what), subtle(requestStart.faster, { spacing: 'Medium' })],
    actions: [openDialog(VERBS.requestOpen, requestButtons.ask, {})],
  });
}
