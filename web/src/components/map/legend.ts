// The legend below the map: unit, class limits, method. Text only, built with the DOM.
import type { MapLevel, MapWords } from "./element.ts";
import { colourOf } from "./classes.ts";

const number = (value: number, locale: string) => new Intl.NumberFormat(locale, { maximumFractionDigits: 0 }).format(value);

export class Legend {
  private readonly box = document.createElement("div");

  constructor(
    parent: HTMLElement,
    private readonly words: MapWords,
    private readonly locale: string,
  ) {
    this.box.className = "legend";
    parent.append(this.box);
  }

  show(level: MapLevel, limits: readonly number[], lowest: number): void {
    const title = document.createElement("p");
    title.className = "legend-title";
    title.textContent = `${level.name}: ${this.words.incidents}`;
    const list = document.createElement("ol");
    limits.forEach((limit, index) => {
      const from = index === 0 ? Math.min(lowest, limit) : (limits[index - 1] ?? 0) + 1;
      list.append(this.item(colourOf(index, limits.length), from, limit));
    });
    const method = document.createElement("p");
    method.className = "legend-method";
    method.textContent = limits.length > 0 ? this.words.method : this.words.empty;
    this.box.replaceChildren(title, list, method);
  }

  /** Classes of an analysis, each in words. */
  showClasses(title: string, classes: readonly { paint: string; label: string }[]): void {
    const head = document.createElement("p");
    head.className = "legend-title";
    head.textContent = title;
    const list = document.createElement("ol");
    list.className = "legend-words";
    classes.forEach(({ paint, label }) => {
      const row = document.createElement("li");
      const swatch = document.createElement("span");
      swatch.className = `swatch ${paint}`;
      row.append(swatch, label);
      list.append(row);
    });
    this.box.replaceChildren(head, list);
  }

  private item(colour: number, from: number, to: number): HTMLLIElement {
    const row = document.createElement("li");
    const swatch = document.createElement("span");
    swatch.className = `swatch c${colour}`;
    const [low, high] = [number(from, this.locale), number(to, this.locale)];
    row.append(swatch, low === high ? high : `${low}–${high}`);
    return row;
  }
}
