// Puts the parts of a fresh page in place of the old ones, and leaves the reader where they were:
// what had the focus has it again, what was open stays open, what was scrolled stays scrolled.

/** Parts of the explore page that depend on the question. The map changes by itself. */
const PARTS = ["x-faults", "x-form", "x-answer", "x-show", "map-note", "x-beside", "x-picture", "x-side", "x-time", "x-week", "x-offences", "x-multiples", "x-more"];

export function replaceParts(root: HTMLElement, fresh: Document, held: readonly string[]): void {
  const focus = focused(root);
  for (const id of PARTS.filter((part) => !held.includes(part))) {
    const [old, next] = [root.querySelector(`#${id}`), fresh.getElementById(id)];
    if (!old || !next || old.isEqualNode(next)) continue;
    keepOpen(old, next);
    const scrolled = [...old.querySelectorAll("[id$=-scroll]")].map((box) => [box.id, box.scrollTop, box.scrollLeft] as const);
    old.replaceWith(next);
    for (const [box, top, left] of scrolled) root.querySelector(`#${box}`)?.scrollTo(left, top);
  }
  focus?.();
}

/** Whatever the reader has opened stays open. */
function keepOpen(old: Element, next: Element): void {
  const folds = [...old.querySelectorAll<HTMLDetailsElement>("details")];
  next.querySelectorAll<HTMLDetailsElement>("details").forEach((fold, index) => {
    fold.open ||= folds[index]?.open ?? false;
  });
}

/** Gives the focus back to the element with the same id, or to the link with the same text in the same part. */
function focused(root: HTMLElement): (() => void) | undefined {
  const active = document.activeElement;
  if (!(active instanceof HTMLElement) || !root.contains(active)) return undefined;
  const part = active.closest(PARTS.map((id) => `#${id}`).join(","));
  if (!part) return undefined;
  const text = active.textContent;
  return () => {
    if (active.isConnected) return;
    const links = [...root.querySelectorAll<HTMLElement>(`#${part.id} a`)];
    const again = active.id ? root.querySelector<HTMLElement>(`#${active.id}`) : links.find((link) => link.textContent === text);
    (again ?? root.querySelector<HTMLElement>(`#${part.id} a, #${part.id} [tabindex]`))?.focus({ preventScroll: true });
  };
}
