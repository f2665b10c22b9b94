import { el, freshId } from '../dom.js';
import { icon } from '../icons.js';
import { type ChoiceView, filterChoices, joinValues, mergeChoices, moveHighlight } from './choiceList.js';

interface ComboBoxOptions {
  isMultiSelect: boolean;
  placeholder: string;
  label: string;
  /** Choices that are always there. */
  choices: readonly ChoiceView[];
  chosen: readonly ChoiceView[];
  /** Asks for more choices; its answers are shown as they come, never filtered again. */
  search?: (text: string) => Promise<ChoiceView[]>;
  changed: () => void;
}

const SEARCH_PAUSE_MS = 250;

/** An input with a list of choices under it: arrows move, Enter chooses, Escape closes, Backspace takes the last one away. */
export class ComboBox {
  readonly element: HTMLElement;
  readonly input: HTMLInputElement;
  private readonly list: HTMLUListElement;
  private readonly chips: HTMLElement;
  private readonly status: HTMLElement;
  private chosen: ChoiceView[];
  private shown: ChoiceView[] = [];
  private highlighted = -1;
  private asked = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly options: ComboBoxOptions) {
    const listId = freshId('choices');
    this.chosen = [...options.chosen];
    this.list = el('ul', { id: listId, class: 'comboList', role: 'listbox', popover: 'manual', 'aria-label': options.label });
    this.chips = el('div', { class: 'comboChips' });
    this.status = el('div', { class: 'comboStatus', role: 'status' });
    this.input = el('input', {
      class: 'comboInput',
      type: 'text',
      role: 'combobox',
      autocomplete: 'off',
      spellcheck: 'false',
      'aria-expanded': 'false',
      'aria-autocomplete': 'list',
      'aria-controls': listId,
      'aria-label': options.label,
      placeholder: options.placeholder,
      input: () => this.typed(),
      click: () => this.look(0),
      keydown: (event: KeyboardEvent) => this.key(event),
      blur: () => this.close(),
    });
    const field = el('div', { class: 'comboField' }, this.chips, this.input);
    this.element = el('div', { class: options.search ? 'comboBox' : 'comboBox closedList' }, field, this.list, this.status);
    this.drawChosen();
  }

  get value(): string {
    return joinValues(this.chosen);
  }

  private typed(): void {
    if (!this.options.isMultiSelect && this.chosen.length > 0) {
      this.chosen = [];
      this.options.changed();
    }
    this.look(this.options.search ? SEARCH_PAUSE_MS : 0);
  }

  private look(pauseMs: number): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.ask(), pauseMs);
  }

  private async ask(): Promise<void> {
    const isChosenTitle = !this.options.isMultiSelect && this.chosen.some(({ title }) => title === this.input.value);
    const text = isChosenTitle ? '' : this.input.value.trim();
    this.asked += 1;
    const asked = this.asked;
    const fixed = filterChoices(this.options.choices, text);
    if (!this.options.search) return this.show(fixed, 'No matches');
    // What was found before and still fits stays in the list: who is quick can choose it while the answer is on its way.
    this.show(mergeChoices(fixed, filterChoices(this.shown, text)), 'Searching…');
    try {
      const found = await this.options.search(text);
      if (asked === this.asked && this.hasFocus()) this.show(mergeChoices(fixed, found), 'No matches');
    } catch {
      if (asked === this.asked) this.show(fixed, 'The list could not be loaded. Try again.');
    }
  }

  private hasFocus(): boolean {
    return (this.input.getRootNode() as Document).activeElement === this.input;
  }

  private show(choices: ChoiceView[], whenEmpty: string): void {
    const taken = new Set(this.options.isMultiSelect ? this.chosen.map(({ value }) => value) : []);
    this.shown = choices.filter(({ value }) => !taken.has(value));
    this.highlighted = -1;
    const rows = this.shown.map((choice) =>
      el(
        'li',
        {
          id: freshId('choice'),
          role: 'option',
          class: 'comboOption',
          'aria-selected': String(this.chosen.some(({ value }) => value === choice.value)),
          mousedown: (event: MouseEvent) => {
            event.preventDefault();
            this.choose(choice);
          },
        },
        choice.title,
        choice.subtitle !== undefined && el('span', { class: 'comboSubtitle' }, choice.subtitle),
      ),
    );
    this.list.replaceChildren(...rows);
    this.status.textContent = rows.length === 0 ? whenEmpty : '';
    this.open(rows.length > 0);
  }

  private open(isOpen: boolean): void {
    this.input.setAttribute('aria-expanded', String(isOpen));
    this.input.removeAttribute('aria-activedescendant');
    if (!isOpen) {
      if (this.list.matches(':popover-open')) this.list.hidePopover();
      return;
    }
    const field = this.element.getBoundingClientRect();
    const below = window.innerHeight - field.bottom - 12;
    const above = field.top - 12;
    const opensUp = below < 140 && above > below;
    this.list.style.left = `${field.left}px`;
    this.list.style.width = `${field.width}px`;
    this.list.style.maxHeight = `${Math.min(240, opensUp ? above : below)}px`;
    this.list.style.top = opensUp ? 'auto' : `${field.bottom + 2}px`;
    this.list.style.bottom = opensUp ? `${window.innerHeight - field.top + 2}px` : 'auto';
    if (!this.list.matches(':popover-open')) this.list.showPopover();
  }

  private close(): void {
    clearTimeout(this.timer);
    this.asked += 1;
    this.open(false);
    this.status.textContent = '';
    if (this.options.isMultiSelect) this.input.value = '';
    else this.input.value = this.chosen[0]?.title ?? '';
  }

  private key(event: KeyboardEvent): void {
    const isOpen = this.list.matches(':popover-open');
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      if (isOpen) this.highlight(moveHighlight(this.highlighted, event.key === 'ArrowDown' ? 1 : -1, this.shown.length));
      else this.look(0);
    } else if (event.key === 'Enter' && isOpen) {
      const choice = this.shown[Math.max(0, this.highlighted)];
      event.preventDefault();
      if (choice) this.choose(choice);
    } else if (event.key === 'Escape' && isOpen) {
      event.preventDefault();
      event.stopPropagation();
      this.close();
    } else if (event.key === 'Backspace' && this.options.isMultiSelect && this.input.value === '' && this.chosen.length > 0) {
      this.remove(this.chosen.at(-1)!);
    }
  }

  private highlight(index: number): void {
    this.highlighted = index;
    [...this.list.children].forEach((row, place) => {
      row.classList.toggle('highlighted', place === index);
      if (place !== index) return;
      row.scrollIntoView({ block: 'nearest' });
      this.input.setAttribute('aria-activedescendant', row.id);
    });
  }

  private choose(choice: ChoiceView): void {
    this.chosen = this.options.isMultiSelect ? mergeChoices(this.chosen, [choice]) : [choice];
    this.drawChosen();
    this.close();
    this.options.changed();
  }

  private remove(choice: ChoiceView): void {
    this.chosen = this.chosen.filter(({ value }) => value !== choice.value);
    this.drawChosen();
    this.options.changed();
    this.input.focus();
  }

  private drawChosen(): void {
    if (!this.options.isMultiSelect) {
      this.input.value = this.chosen[0]?.title ?? '';
      return;
    }
    const chips = this.chosen.map((choice) =>
      el(
        'span',
        { class: 'comboChip' },
        el('span', {}, choice.title),
        el(
          'button',
          { type: 'button', 'aria-label': `Remove ${choice.title}`, click: () => this.remove(choice) },
          icon('close', 12),
        ),
      ),
    );
    this.chips.replaceChildren(...chips);
    this.input.placeholder = this.chosen.length > 0 ? '' : this.options.placeholder;
  }
}
