import { fillInputs, mergeData } from '../../../sandbox/teams/clientSide/cardInputs';
import { localTimestamp } from '../../../sandbox/teams/clientSide/connection';
import { messageHtml } from '../../../sandbox/teams/clientSide/messageHtml';
import type { Card } from '../../../sandbox/teams/clientTypes';

describe('inputs of a card', () => {
  const save = { type: 'Action.Submit', title: 'Save', data: { verb: 'save' } };
  const decline = { type: 'Action.Submit', title: 'Decline', data: { verb: 'decline' } };
  const card: Card = {
    type: 'AdaptiveCard',
    body: [
      { type: 'Container', items: [{ type: 'Input.Text', id: 'name' }] },
      { type: 'Input.Toggle', id: 'sure', valueOn: 'yes', valueOff: 'no', isRequired: true, errorMessage: 'Say yes' },
      { type: 'Input.ChoiceSet', id: 'people', isMultiSelect: true, value: 'a,b' },
    ],
    actions: [
      save,
      { type: 'Action.ShowCard', title: 'More', card: { body: [{ type: 'Input.Text', id: 'reason' }], actions: [decline] } },
      { type: 'Action.ShowCard', title: 'Else', card: { body: [{ type: 'Input.Text', id: 'other' }] } },
    ],
  };

  it('go along with their initial values', () => {
    expect(fillInputs(card, save, { sure: 'yes' }).values).toEqual({ name: '', sure: 'yes', people: 'a,b' });
  });

  it('of a shown card go along with its own actions only, after those around it', () => {
    expect(Object.keys(fillInputs(card, decline, { sure: 'yes' }).values)).toEqual(['name', 'sure', 'people', 'reason']);
  });

  it('stay behind when the action says so', () => {
    expect(fillInputs(card, { ...save, associatedInputs: 'none' }, {})).toEqual({ values: {} });
  });

  it('are required to be filled in; a toggle, to be on', () => {
    expect(fillInputs(card, save, {}).problem).toEqual({ id: 'sure', text: 'Say yes' });
    expect(fillInputs(card, save, { sure: 'yes' }).problem).toBeUndefined();
  });

  it('are on top of the data of the action', () => {
    expect(mergeData({ verb: 'save', name: 'data' }, { name: 'input' })).toEqual({ verb: 'save', name: 'input' });
    expect(mergeData('text', {})).toBe('text');
    expect(mergeData(undefined, { name: 'input' })).toEqual({ name: 'input' });
  });
});

describe('text of a message', () => {
  it('is drawn as far as Teams draws Markdown', () => {
    expect(messageHtml('**Done** in _2 s_\n\n- one\n- two\n\n`provision`', 'markdown')).toBe(
      '<p><strong>Done</strong> in <em>2 s</em></p><ul><li>one</li><li>two</li></ul><p><code>provision</code></p>',
    );
    expect(messageHtml('[portal](https://portal.azure.com/#x)', 'markdown')).toContain('<a href="https://portal.azure.com/#x"');
  });

  it('never brings markup in', () => {
    for (const format of ['markdown', 'plain', 'xml']) {
      expect(messageHtml('<img src=x onerror="alert(1)">', format)).toBe('<p>&lt;img src=x onerror=&quot;alert(1)&quot;&gt;</p>');
    }
    expect(messageHtml('[x](javascript:alert(1))', 'markdown')).not.toContain('href');
    expect(messageHtml('[x](https://a.example/"onmouseover="alert(1))', 'markdown')).not.toContain('"onmouseover');
  });

  it('leaves names with underscores and stars alone', () => {
    expect(messageHtml('scim_token_ref is 2*3*4', 'markdown')).toBe('<p>scim_token_ref is 2*3*4</p>');
  });

  it('keeps lines and mentions', () => {
    expect(messageHtml('<at>Bot</at> help\nplease', 'plain')).toBe('<p><span class="mention">Bot</span> help<br>please</p>');
  });
});

describe('local time', () => {
  it('carries the offset of the machine', () => {
    const date = new Date('2026-01-05T21:10:07.437Z');
    date.getTimezoneOffset = () => 420;
    expect(localTimestamp(date)).toBe('2026-01-05T14:10:07.437-07:00');
    date.getTimezoneOffset = () => -330;
    expect(localTimestamp(date)).toBe('2026-01-06T02:40:07.437+05:30');
  });
});
