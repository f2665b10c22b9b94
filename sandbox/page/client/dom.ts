type Child = Node | string | undefined | false;
type Value = string | number | boolean | undefined | ((event: never) => void);

/**
 * Makes an element. A function is added as listener for the event of that name, `true` as an empty attribute;
 * `false` and `undefined` are left out. Text children are text, never HTML.
 */
export function el<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Record<string, Value> = {},
  ...children: Child[]
): HTMLElementTagNameMap[Tag] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === false) continue;
    if (typeof value === 'function') element.addEventListener(name, value as EventListener);
    else element.setAttribute(name, value === true ? '' : String(value));
  }
  element.append(...children.filter((child): child is Node | string => child !== undefined && child !== false));
  return element;
}

let counter = 0;
/** An id that no other element of the page has. */
export function freshId(prefix: string): string {
  counter += 1;
  return `${prefix}-${counter}`;
}

/** Makes `parent` hold exactly `wanted`, in this order, and leaves alone what already stands right (focus and input survive). */
export function setChildren(parent: Element, wanted: readonly Element[]): void {
  const keep = new Set(wanted);
  for (const child of [...parent.children]) if (!keep.has(child)) child.remove();
  wanted.forEach((child, index) => {
    const standing = parent.children[index];
    if (standing !== child) parent.insertBefore(child, standing ?? null);
  });
}
