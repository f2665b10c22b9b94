import {
  type ActionArray,
  AdaptiveCard,
  type CardElementArray,
  Column,
  ColumnSet,
  Container,
  type ContainerOptions,
  ExecuteAction,
  type IAdaptiveCard,
  OpenUrlAction,
  ShowCardAction,
  SubmitAction,
  TaskFetchSubmitActionData,
  TextBlock,
  type TextBlockOptions,
  ToggleVisibilityAction,
} from '@microsoft/teams.cards';
import { plainText } from './markdown';
import type { Verb } from './verbs';

export type CardElement = CardElementArray[number];
export type CardAction = ActionArray[number];
export type Tone = 'Default' | 'Accent' | 'Good' | 'Warning' | 'Attention';

/**
 * A card of version 1.5 as plain data. `title` is its heading; `fallbackText` is for clients that cannot draw it.
 * `undefined` and `false` in `body` and `actions` are left out, so that a card reads as a list.
 */
export function card(parts: {
  title: string;
  /** Small words above the title: where one is. */
  eyebrow?: string;
  fallback?: string;
  body: (CardElement | false | undefined)[];
  actions?: (CardAction | false | undefined)[];
  /** The people named by their MRIs, at most 60, get their own card from this action as soon as they look. */
  refresh?: { verb: Verb; data: Record<string, string>; userIds: string[] } | undefined;
}): IAdaptiveCard {
  const body = [parts.eyebrow !== undefined && subtle(parts.eyebrow), heading(parts.title), ...parts.body];
  const drawn = new AdaptiveCard(...body.filter(isThere)).withVersion('1.5');
  drawn.withFallbackText(plainText([parts.title, parts.fallback].filter(isThere).join(': ')));
  const actions = (parts.actions ?? []).filter(isThere);
  if (actions.length > 0) drawn.withActions(...actions);
  if (parts.refresh) {
    const { verb, data, userIds } = parts.refresh;
    drawn.withRefresh({ action: new ExecuteAction({ verb, data }), userIds });
  }
  return JSON.parse(JSON.stringify(drawn));
}

function isThere<T>(value: T | false | undefined): value is T {
  return value !== false && value !== undefined;
}

function heading(markdown: string): TextBlock {
  return text(markdown, { style: 'heading', size: 'Large', weight: 'Bolder' });
}

/** A title inside a card. */
export function subheading(markdown: string): TextBlock {
  return text(markdown, { weight: 'Bolder', spacing: 'Medium' });
}

/** A sentence; always wraps. */
export function text(markdown: string, options: TextBlockOptions = {}): TextBlock {
  return new TextBlock(markdown, { wrap: true, ...options });
}

/** A sentence that is less important. */
export function subtle(markdown: string, options: TextBlockOptions = {}): TextBlock {
  return text(markdown, { isSubtle: true, size: 'Small', spacing: 'None', ...options });
}

/** What is wrong with the field above. */
export function problem(sentence: string | undefined): TextBlock | undefined {
  return sentence === undefined ? undefined : text(sentence, { color: 'Attention', size: 'Small', spacing: 'Small' });
}

/** A coloured box; the words inside must say what the colour says. */
export function box(style: NonNullable<ContainerOptions['style']>, ...items: (CardElement | false | undefined)[]): Container {
  return new Container(...items.filter(isThere)).withOptions({
    style,
    spacing: 'Medium',
    roundedCorners: true,
    showBorder: false,
  });
}

export function group(items: (CardElement | false | undefined)[], options: ContainerOptions = {}): Container {
  return new Container(...items.filter(isThere)).withOptions({ spacing: 'Medium', ...options });
}

/** A symbol, what it stands for, and at the right what is short: a state, a time. */
export function row(parts: {
  symbol: string;
  tone?: Tone;
  items: (CardElement | false | undefined)[];
  aside?: string | undefined;
  asideTone?: Tone;
  spacing?: 'None' | 'Small' | 'Default' | 'Medium';
}): ColumnSet {
  const { symbol, tone = 'Default', items, aside, asideTone = 'Default', spacing = 'Small' } = parts;
  const columns = [
    new Column(text(symbol, { color: tone, weight: 'Bolder', horizontalAlignment: 'Center', wrap: false })).withWidth('22px'),
    new Column(...items.filter(isThere)).withWidth('stretch').withSpacing('Small'),
  ];
  if (aside !== undefined && aside !== '') {
    const short = text(aside, {
      size: 'Small',
      color: asideTone,
      isSubtle: asideTone === 'Default',
      horizontalAlignment: 'Right',
    });
    columns.push(new Column(short).withWidth('auto').withSpacing('Small'));
  }
  return new ColumnSet({ columns, spacing });
}

/** A title and its value beside each other; unlike a FactSet it breaks long words on a phone. */
export function fact(title: string, value: string): ColumnSet {
  const columns = [
    new Column(text(title, { isSubtle: true })).withWidth('96px'),
    new Column(text(value)).withWidth('stretch').withSpacing('Small'),
  ];
  return new ColumnSet({ columns, spacing: 'Small' });
}

/** Text without the symbol's column and with no space above. */
export function line(markdown: string, options: TextBlockOptions = {}): TextBlock {
  return text(markdown, { spacing: 'None', ...options });
}

/** A button of a card in a chat. Old clients send the same verb and data as Action.Submit. */
export function execute(
  verb: Verb,
  title: string,
  data: Record<string, string>,
  options: { style?: 'positive' | 'destructive'; inputs?: 'auto' | 'none' } = {},
): ExecuteAction {
  const { style, inputs = 'none' } = options;
  const shared = { title, associatedInputs: inputs, ...(style === undefined ? {} : { style }) };
  const submit = new SubmitAction({ ...shared, data: { verb, ...data } });
  return new ExecuteAction({ ...shared, verb, data: { ...data }, fallback: submit });
}

/** A button inside a dialog, where only Action.Submit is known to work. */
export function submit(
  verb: Verb,
  title: string,
  data: Record<string, string>,
  options: { style?: 'positive'; inputs?: 'auto' | 'none' } = {},
): SubmitAction {
  const { style, inputs = 'auto' } = options;
  return new SubmitAction({
    title,
    associatedInputs: inputs,
    data: { verb, ...data },
    ...(style === undefined ? {} : { style }),
  });
}

/** A button that opens a dialog: a bot cannot open one by itself. */
export function openDialog(
  verb: Verb,
  title: string,
  data: Record<string, string>,
  options: { style?: 'positive' | 'default' } = {},
): SubmitAction {
  const { style = 'positive' } = options;
  return new SubmitAction({ title, style, data: { msteams: new TaskFetchSubmitActionData(), verb, ...data } });
}

/** A button that unfolds fields and buttons below the card; nothing is sent. Not in a dialog. */
export function unfold(title: string, body: CardElement[], actions: CardAction[]): ShowCardAction {
  return new ShowCardAction({ title, card: new AdaptiveCard(...body).withVersion('1.5').withActions(...actions) });
}

/** A button that shows and hides elements of the card by their ids; nothing is sent. */
export function toggle(title: string, ...ids: string[]): ToggleVisibilityAction {
  return new ToggleVisibilityAction({ title, targetElements: ids });
}

export function openUrl(title: string, url: string): OpenUrlAction {
  return new OpenUrlAction(url, { title });
}
