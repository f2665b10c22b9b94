import type { Input } from 'adaptivecards';
import { type ChoiceView, splitValues } from './choiceList.js';
import { ComboBox } from './comboBox.js';

/** Asks a dataset for choices; an empty text asks for the first ones. */
type SearchDataset = (dataset: string, text: string) => Promise<ChoiceView[]>;

/** Where the choices of a drawn card come from. */
export interface ChoiceSource {
  search: SearchDataset;
  /** The title of a preset value, such as a person's name: a card holds the object id only. */
  titleOf: (value: string) => string | undefined;
}

/** By the card's root element object. */
export const choiceSources = new WeakMap<object, ChoiceSource>();

/** `Input.ChoiceSet` as Teams draws it: `choices.data` and `style: filtered` become a combo box, all else stays Microsoft's. */
export function registerChoiceSet(): void {
  class TeamsChoiceSet extends AdaptiveCards.ChoiceSetInput {
    private box: ComboBox | undefined;
    private dataset: string | undefined;

    override parse(source: Record<string, unknown>, context?: never): void {
      super.parse(source, context);
      const data = source['choices.data'] as { dataset?: unknown } | undefined;
      this.dataset = typeof data?.dataset === 'string' ? data.dataset : undefined;
    }

    override isDynamicTypeahead(): boolean {
      return false;
    }

    protected override internalRender(): HTMLElement | undefined {
      this.box = undefined;
      if (!this.dataset && this.style !== 'filtered') return super.internalRender();
      const choices = this.choices.map(({ title = '', value = '' }) => ({ title, value }));
      const preset = splitValues(this.defaultValue, this.isMultiSelect);
      const source = choiceSources.get(this.getRootElement());
      const chosen = preset.map(
        (value) => choices.find((choice) => choice.value === value) ?? { title: source?.titleOf(value) ?? value, value },
      );
      const dataset = this.dataset;
      const ask = dataset && source ? (text: string) => source.search(dataset, text) : undefined;
      this.box = new ComboBox({
        isMultiSelect: this.isMultiSelect,
        placeholder: this.placeholder ?? (dataset ? 'Type to search' : 'Select an option'),
        label: this.label ?? this.placeholder ?? 'Choices',
        choices,
        chosen,
        ...(ask ? { search: ask } : {}),
        changed: () => this.valueChanged(),
      });
      return this.box.element;
    }

    protected override updateInputControlAriaLabelledBy(): void {
      const labels = this.getAllLabelIds();
      if (!this.box) super.updateInputControlAriaLabelledBy();
      else if (labels.length > 0) this.box.input.setAttribute('aria-labelledby', labels.join(' '));
    }

    override focus(): void {
      if (this.box) this.box.input.focus();
      else super.focus();
    }

    override isSet(): boolean {
      return this.box ? this.box.value !== '' : super.isSet();
    }

    override isValid(): boolean {
      return this.box ? true : super.isValid();
    }

    override get value(): string | undefined {
      return this.box ? this.box.value || undefined : super.value;
    }
  }
  AdaptiveCards.GlobalRegistry.elements.register('Input.ChoiceSet', TeamsChoiceSet as unknown as new () => Input);
}
