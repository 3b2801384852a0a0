// Dragging over the chart of months chooses a period.

/** Says which names of the address change; `final` when the drag has ended. */
export type Change = (change: Record<string, string | null>, final: boolean) => void;

export function brushTime(root: HTMLElement, change: Change): void {
  root.addEventListener("pointerdown", (event) => {
    const svg = (event.target as Element).closest<SVGSVGElement>("[data-brush-time] svg[role=img]");
    if (!svg || event.button !== 0) return;
    event.preventDefault();
    new Drag(svg, event, change);
  });
}

class Drag {
  private readonly months: string[];
  private readonly box: DOMRect;
  private readonly from: number;
  private to: number;
  private readonly band = document.createElement("div");

  constructor(
    private readonly svg: SVGSVGElement,
    event: PointerEvent,
    private readonly change: Change,
  ) {
    this.months = [...svg.querySelectorAll<SVGElement>(".hint")].map((hint) => hint.dataset["month"] ?? "");
    this.box = svg.getBoundingClientRect();
    this.from = this.to = this.at(event);
    this.band.className = "brush-band";
    svg.parentElement?.append(this.band);
    this.draw();
    svg.setPointerCapture(event.pointerId);
    svg.addEventListener("pointermove", this.move);
    svg.addEventListener("pointerup", this.end);
    svg.addEventListener("pointercancel", this.cancel);
  }

  private at(event: PointerEvent): number {
    const share = (event.clientX - this.box.left) / this.box.width;
    return Math.min(this.months.length - 1, Math.max(0, Math.floor(share * this.months.length)));
  }

  private readonly move = (event: PointerEvent): void => {
    const at = this.at(event);
    if (at === this.to) return;
    this.to = at;
    this.draw();
    this.change({ period: this.period() }, false);
  };

  private readonly end = (): void => {
    this.stop();
    this.change({ period: this.period() }, true);
  };

  /** The browser took the pointer away: back to what the address says. */
  private readonly cancel = (): void => {
    this.stop();
    this.change({ period: new URLSearchParams(location.search).get("period") }, true);
  };

  private stop(): void {
    this.band.remove();
    this.svg.removeEventListener("pointermove", this.move);
    this.svg.removeEventListener("pointerup", this.end);
    this.svg.removeEventListener("pointercancel", this.cancel);
  }

  /** The period in the shortest form that the address has for it. */
  private period(): string | null {
    const [low, high] = [Math.min(this.from, this.to), Math.max(this.from, this.to)];
    const [first, last] = [this.months[low], this.months[high]];
    if (!first || !last || (low === 0 && high === this.months.length - 1)) return null;
    return shortest(first, last);
  }

  private draw(): void {
    const [low, high] = [Math.min(this.from, this.to), Math.max(this.from, this.to)];
    const slot = this.box.width / this.months.length;
    this.band.style.insetInlineEnd = `${this.box.width - (high + 1) * slot}px`;
    this.band.style.width = `${(high - low + 1) * slot}px`;
  }
}

/** `2020`, `2019..2021`, `2020-03` or `2019-07..2020-06`. */
export function shortest(first: string, last: string): string {
  const [year, until] = [first.slice(0, 4), last.slice(0, 4)];
  if (first.endsWith("-01") && last.endsWith("-12")) return year === until ? year : `${year}..${until}`;
  return first === last ? first : `${first}..${last}`;
}
