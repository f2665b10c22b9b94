import { el } from './dom.js';
import { icon } from './icons.js';
import type { Page } from './page.js';
import { advanceClock, clearFaults, readState, setClockSpeed } from './sandboxApi.js';

export type PanelName = 'dashboard' | 'sandbox';
const SPEEDS = [1, 10, 60, 600];
const CYCLE_MS = 40 * 60_000;

function dashboardPart(page: Page): HTMLElement {
  const address = page.state.dashboardUrl;
  const link = el(
    'a',
    { class: 'button', href: address, target: '_blank', rel: 'noopener' },
    icon('open', 16),
    'Open in a new tab',
  );
  const frame = el('iframe', { class: 'dashboardFrame', src: address, title: 'Pretend Unity dashboard' });
  return el('div', { class: 'panelBody dashboardPart' }, el('div', { class: 'row' }, link), frame);
}

function sandboxPart(page: Page): { element: HTMLElement; stop: () => void } {
  const time = el('p', { class: 'clockTime', 'data-testid': 'clock' });
  const faults = el('span', {});
  const note = el('p', { class: 'hint', role: 'status' });
  const speed = el('select', {
    id: 'speed',
    'data-testid': 'speed',
    change: () => act(() => setClockSpeed(Number(speed.value)), 'Speed changed.'),
  });
  let base = { sandbox: 0, real: 0, speed: 1 };

  function tick(): void {
    const now = new Date(base.sandbox + (Date.now() - base.real) * base.speed);
    time.textContent = now.toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'medium' });
  }
  async function read(): Promise<void> {
    const { clock, faults: rows } = await readState();
    base = { sandbox: Date.parse(clock.now), real: Date.now(), speed: clock.speed };
    const speeds = [...new Set([...SPEEDS, clock.speed])].sort((a, b) => a - b);
    speed.replaceChildren(...speeds.map((value) => el('option', { value, selected: value === clock.speed }, `${value} ×`)));
    faults.textContent = rows.length === 0 ? 'No fault is set.' : `${rows.length} set.`;
    tick();
  }
  async function act(work: () => Promise<unknown>, said: string): Promise<void> {
    try {
      await work();
      await read();
      note.textContent = said;
    } catch (error) {
      note.textContent = error instanceof Error ? error.message : String(error);
    }
  }
  const button = (text: string, testId: string, work: () => Promise<unknown>, said: string) =>
    el('button', { type: 'button', class: 'button', 'data-testid': testId, click: () => void act(work, said) }, text);
  async function removeApp(): Promise<void> {
    const chat = page.currentChat();
    if (!chat?.installed) throw new Error('The app is not in this chat.');
    await page.client.uninstall(chat.conversationId);
  }

  const element = el(
    'div',
    { class: 'panelBody' },
    el('h3', {}, 'Clock of the pretend services'),
    time,
    el('div', { class: 'row' }, el('label', { for: 'speed' }, 'Speed'), speed),
    button('Advance 40 minutes', 'advance', () => advanceClock(CYCLE_MS), 'Moved on by 40 minutes: one provisioning cycle.'),
    el('p', { class: 'hint' }, 'Entra runs a provisioning cycle about every 40 minutes. The bot’s own time does not move.'),
    el('h3', {}, 'Faults'),
    el('p', {}, faults),
    button('Clear faults', 'clear-faults', clearFaults, 'All faults cleared.'),
    el('h3', {}, 'App in this chat'),
    button('Remove app', 'uninstall', removeApp, 'The app was removed from this chat.'),
    el('h3', {}, 'State'),
    el(
      'p',
      {},
      el('a', { href: '/__sandbox/state', target: '_blank', rel: 'noopener' }, 'What the pretend services hold (JSON)'),
    ),
    note,
  );
  const timer = setInterval(tick, 1_000);
  void read().catch((error) => {
    note.textContent = String(error);
  });
  return { element, stop: () => clearInterval(timer) };
}

/** The panel beside the chat: the pretend Unity dashboard, or clock and faults of the sandbox. */
export function createSidePanel(page: Page, changed: (open: PanelName | undefined) => void) {
  const title = el('h2', {});
  const holder = el('div', { class: 'panelHolder' });
  const close = el(
    'button',
    { type: 'button', class: 'iconButton', 'aria-label': 'Close panel', click: () => show(undefined) },
    icon('close'),
  );
  const element = el(
    'aside',
    { class: 'sidePanel', hidden: true, 'data-testid': 'panel' },
    el('header', {}, title, close),
    holder,
  );
  let open: PanelName | undefined;
  let stop = (): void => undefined;

  function show(name: PanelName | undefined): void {
    stop();
    stop = () => undefined;
    open = name === open ? undefined : name;
    element.hidden = open === undefined;
    holder.replaceChildren();
    title.textContent = open === 'dashboard' ? 'Unity dashboard' : 'Sandbox';
    element.setAttribute('aria-label', title.textContent);
    element.classList.toggle('wide', open === 'dashboard');
    if (open === 'dashboard') holder.append(dashboardPart(page));
    if (open === 'sandbox') {
      const part = sandboxPart(page);
      stop = part.stop;
      holder.append(part.element);
    }
    changed(open);
  }
  return { element, show };
}
