import { personAvatar } from './avatar.js';
import { el } from './dom.js';
import { icon } from './icons.js';
import type { Page } from './page.js';

/** The bar above: what this is, who one is, theme and width. */
export function createTopBar(page: Page) {
  const me = page.state.people.find(({ objectId }) => objectId === page.client.me.objectId);
  const role = me?.directoryRoles.join(', ') || 'No directory role';
  const be = el(
    'select',
    { id: 'be', 'data-testid': 'be', 'aria-label': 'Be this person', change: () => page.change({ as: be.value }) },
    ...page.state.people.map((person) =>
      el(
        'option',
        { value: person.objectId, selected: person.objectId === page.client.me.objectId },
        `${person.displayName} (${person.directoryRoles.join(', ') || 'no role'})`,
      ),
    ),
  );
  const theme = el('button', {
    type: 'button',
    class: 'iconButton',
    'data-testid': 'theme',
    click: () => page.change({ theme: page.settings.theme === 'dark' ? 'light' : 'dark' }),
  });
  const width = el(
    'button',
    {
      type: 'button',
      class: 'iconButton widthSwitch',
      'data-testid': 'width',
      'aria-label': 'Phone width',
      title: 'Phone width',
      click: () => page.change({ width: page.settings.width === 'phone' ? 'desktop' : 'phone' }),
    },
    icon('phone'),
  );
  const element = el(
    'header',
    { class: 'topBar' },
    el('span', { class: 'product' }, 'Teams sandbox'),
    el('span', { class: 'productNote' }, 'Everything here is pretend and runs on this machine'),
    el(
      'div',
      { class: 'whoAmI' },
      width,
      theme,
      el('label', { for: 'be', class: 'beLabel' }, 'Be'),
      el('span', { class: 'beBox' }, el('span', { class: 'beRole', 'data-testid': 'role' }, role), be),
      personAvatar(page.client.me.displayName, 32),
    ),
  );

  function draw(): void {
    const isDark = page.settings.theme === 'dark';
    const name = isDark ? 'Light theme' : 'Dark theme';
    theme.replaceChildren(icon(isDark ? 'sun' : 'moon'));
    theme.setAttribute('aria-label', name);
    theme.title = name;
    width.setAttribute('aria-pressed', String(page.settings.width === 'phone'));
  }
  return { element, draw };
}
