import type { IAdaptiveCard } from '@microsoft/teams.cards';
import { box, type CardElement, card, line, row, subheading, subtle, text } from './kit';
import { markup, md } from './markdown';
import type { AuditView } from './requestViews';
import { signs } from './symbols';
import { dayAndTime } from './times';
import { auditActionWords, auditFactsWords, audit as auditWords } from './words';

/** The newest rows of the record, and whether it is whole. */
export function auditCard({ rows, firstBadRow }: AuditView): IAdaptiveCard {
  return card({
    title: auditWords.title,
    fallback: firstBadRow === null ? auditWords.sound : auditWords.bad(firstBadRow),
    body: [
      firstBadRow === null
        ? box('good', line(`**${signs.done.symbol}** ${auditWords.sound}`))
        : box('attention', line(`**${signs.failed.symbol} ${auditWords.bad(firstBadRow)}**`), line(auditWords.badNext)),
      ...(rows.length === 0
        ? [text(auditWords.none)]
        : [subheading(auditWords.newest(rows.length)), ...rows.map((one) => auditRow(one, firstBadRow))]),
    ],
  });
}

function auditRow({ number, at, action, by, facts }: AuditView['rows'][number], firstBadRow: number | null): CardElement {
  const told = auditFactsWords(facts);
  return row({
    ...(number === firstBadRow ? signs.failed : signs.make),
    ...(number === firstBadRow ? {} : { tone: 'Default' as const }),
    items: [
      line(md`**${number}** ${markup(auditActionWords(action))}`),
      subtle(md`${by === '' ? auditWords.bot : by}, ${dayAndTime(at)}`),
      told !== '' && subtle(told),
    ],
  });
}
