import type { Action, AdaptiveCard, Input, SerializationContext, SubmitActionBase } from 'adaptivecards';
import type { ActionAnswer, Card } from '../../../teams/clientTypes';
import { el } from '../dom.js';
import { isWebLink } from '../links.js';
import type { Theme } from '../settings.js';
import { cardTitle } from '../words.js';
import { createCardMarkdown } from './cardMarkdown.js';
import { type ChoiceSource, choiceSources, registerChoiceSet } from './choiceSet.js';
import { hostConfigDark } from './hostConfigDark.js';
import { hostConfigLight } from './hostConfigLight.js';
import { prepareCard } from './prepareCard.js';

interface CardHost {
  theme: Theme;
  /** Sends an `Action.Submit` or `Action.Execute` with its inputs. */
  act: (action: Record<string, unknown>, inputs: Record<string, string>) => Promise<ActionAnswer>;
  openUrl: (url: string) => void;
  choices: ChoiceSource;
}

let isReady = false;
function prepareRenderer(): void {
  if (isReady) return;
  isReady = true;
  const toHtml = createCardMarkdown(markdownit);
  AdaptiveCards.AdaptiveCard.onProcessMarkdown = (text, result) => {
    result.outputHtml = toHtml(text);
    result.didProcess = true;
  };
  registerChoiceSet();
}

/** Values as they travel: text, an input without a value left out. */
function valuesOf(inputs: Record<string, Input>): Record<string, string> {
  const values: Record<string, string> = {};
  for (const [id, input] of Object.entries(inputs)) if (input.isSet()) values[id] = String(input.value);
  return values;
}

/** Tells assistive technology which inputs the renderer marked as wrong. */
function markInvalid(root: HTMLElement): void {
  for (const input of root.querySelectorAll('.ac-input, .comboInput')) {
    const isWrong = input.closest('.ac-input-validation-failed') !== null;
    if (isWrong) input.setAttribute('aria-invalid', 'true');
    else input.removeAttribute('aria-invalid');
  }
}

function finish(root: HTMLElement): void {
  for (const password of root.querySelectorAll('input[type=password]')) password.setAttribute('autocomplete', 'off');
  for (const required of root.querySelectorAll('.ac-input-required')) {
    (required.querySelector('.comboInput') ?? required).setAttribute('aria-required', 'true');
  }
  root.addEventListener('click', () => markInvalid(root));
  root.addEventListener('input', () => markInvalid(root));
}

/** A card that the renderer cannot take is named in its place, and the rest of the page goes on. */
function render(drawing: AdaptiveCard, card: Card, context: SerializationContext): HTMLElement {
  let problem = String(card.fallbackText ?? 'This card cannot be shown.');
  try {
    drawing.parse(prepareCard(card), context);
    drawing.lang = navigator.language;
    const drawn = drawing.render();
    if (drawn) {
      drawn.removeAttribute('tabindex');
      drawn.setAttribute('role', 'group');
      drawn.setAttribute('aria-label', cardTitle(card));
      return drawn;
    }
  } catch (error) {
    problem = `This card cannot be shown: ${error instanceof Error ? error.message : String(error)}`;
  }
  return el('p', { class: 'cardNote failed' }, problem);
}

/**
 * Draws one card with Microsoft's renderer in the colours of the theme. Required inputs and expressions are checked before
 * anything is sent. While an answer is awaited the card's buttons are off; an answer that says nothing new turns them on again.
 */
export function drawCard(card: Card, host: CardHost): HTMLElement {
  prepareRenderer();
  const isFull = (card.msteams as { width?: string } | undefined)?.width === 'Full';
  const root = el('div', { class: isFull ? 'card full' : 'card', 'data-testid': 'card' });
  const note = el('div', { class: 'cardNote', role: 'status' });
  const sources = new Map<Action, Record<string, unknown>>();
  const drawing = new AdaptiveCards.AdaptiveCard();
  const context = new AdaptiveCards.SerializationContext();
  context.onParseAction = (action: Action, source: unknown) => void sources.set(action, source as Record<string, unknown>);
  drawing.hostConfig = new AdaptiveCards.HostConfig(host.theme === 'dark' ? hostConfigDark : hostConfigLight);
  choiceSources.set(drawing, host.choices);

  const send = async (action: SubmitActionBase): Promise<void> => {
    const source = sources.get(action) ?? (action.toJSON() as Record<string, unknown>);
    const inputs = valuesOf((action.getReferencedInputs() ?? {}) as Record<string, Input>);
    root.classList.add('busy');
    root.setAttribute('aria-busy', 'true');
    note.className = 'cardNote';
    note.textContent = '';
    const answer = await host
      .act(source, inputs)
      .catch((error: Error): ActionAnswer => ({ kind: 'error', code: '', text: error.message }));
    root.classList.remove('busy');
    root.removeAttribute('aria-busy');
    if (answer.kind === 'error') note.classList.add('failed');
    if (answer.kind === 'error' || answer.kind === 'message')
      note.textContent = answer.text || 'Something went wrong. Try again.';
  };

  drawing.onExecuteAction = (action) => {
    if (root.classList.contains('busy')) return;
    if (action instanceof AdaptiveCards.OpenUrlAction) {
      if (action.url && isWebLink(action.url)) host.openUrl(action.url);
    } else if (action instanceof AdaptiveCards.SubmitAction || action instanceof AdaptiveCards.ExecuteAction) void send(action);
  };
  drawing.onAnchorClicked = (_element, anchor) => {
    if (isWebLink(anchor.href)) host.openUrl(anchor.href);
    return true;
  };

  root.append(render(drawing, card, context), note);
  finish(root);
  return root;
}
