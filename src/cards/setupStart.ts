import type { IAdaptiveCard } from '@microsoft/teams.cards';
import { card, line, openDialog, row, subheading, subtle, text } from './kit';
import { md } from './markdown';
import { signs } from './symbols';
import { VERBS } from './verbs';
import type { AppChoice, SetupStartView } from './views';
import { appForm, buttons, setupStart, unusableAppText } from './words';

/** The answer to `setup`: what comes, which apps were found, and the button that opens the form. */
export function setupStartCard({ draftId, apps }: SetupStartView): IAdaptiveCard {
  const usable = apps.filter((app) => app.usable);
  return card({
    title: setupStart.title,
    fallback: setupStart.what,
    body: [
      text(setupStart.what),
      ...setupStart.steps.map((step, index) => row({ symbol: String(index + 1), tone: 'Accent', items: [line(step)] })),
      subheading(setupStart.found),
      apps.length === 0 && text(setupStart.none),
      ...apps.map(appRow),
      usable.length > 1 && subtle(setupStart.several, { spacing: 'Small' }),
      subtle(setupStart.once, { spacing: 'Medium' }),
    ],
    actions: [openDialog(VERBS.setupOpen, buttons.openSetup, { draftId })],
  });
}

function appRow(app: AppChoice) {
  const about = app.usable ? (app.isUnity ? appForm.app.unity : '') : `${appForm.app.unusable} ${unusableAppText(app.why)}`;
  const sign = app.usable ? signs.done : signs.skipped;
  return row({ ...sign, items: [line(md`**${app.displayName}**`), about !== '' && subtle(about)] });
}
