// Dragging over the table of hours and weekdays chooses hours and days.
import type { Change } from "./brush-time.ts";

/** Row of the unknown hour and column of the unknown day. */
const HOURS = 24;
const DAYS = 7;

export function brushWeek(root: HTMLElement, change: Change): void {
  root.addEventListener("pointerdown", (event) => {
    const cell = (event.target as Element).closest<HTMLTableCellElement>("[data-brush-week] td");
    // A finger scrolls the table; hours and days are links in its heads.
    if (!cell || event.button !== 0 || event.pointerType === "touch") return;
    event.preventDefault();
    new Drag(cell, change);
  });
}

interface Spot {
  hour: number;
  day: number;
}

class Drag {
  private readonly table: HTMLTableElement;
  private readonly from: Spot;
  private to: Spot;
  private readonly chosenBefore: boolean;

  constructor(cell: HTMLTableCellElement, private readonly change: Change) {
    this.table = cell.closest("table") as HTMLTableElement;
    this.from = this.to = spotOf(cell);
    const chosen = this.table.querySelectorAll("td.chosen");
    this.chosenBefore = chosen.length === 1 && chosen[0] === cell;
    document.addEventListener("pointermove", this.move);
    document.addEventListener("pointerup", this.end);
    document.addEventListener("pointercancel", this.cancel);
    this.mark();
  }

  private readonly move = (event: PointerEvent): void => {
    const cell = document.elementFromPoint(event.clientX, event.clientY)?.closest("td");
    if (!cell || !this.table.contains(cell)) return;
    const spot = spotOf(cell);
    if (spot.hour === this.to.hour && spot.day === this.to.day) return;
    this.to = spot;
    this.mark();
    this.change(this.names(), false);
  };

  private readonly end = (): void => {
    this.stop();
    const same = this.from.hour === this.to.hour && this.from.day === this.to.day;
    this.change(same && this.chosenBefore ? { hour: null, weekday: null } : this.names(), true);
  };

  /** The browser took the pointer away: back to what the address says. */
  private readonly cancel = (): void => {
    this.stop();
    const asked = new URLSearchParams(location.search);
    this.change({ hour: asked.get("hour"), weekday: asked.get("weekday") }, true);
  };

  private stop(): void {
    document.removeEventListener("pointermove", this.move);
    document.removeEventListener("pointerup", this.end);
    document.removeEventListener("pointercancel", this.cancel);
  }

  private names(): Record<string, string | null> {
    const hours = range(this.from.hour, this.to.hour, HOURS);
    const days = range(this.from.day, this.to.day, DAYS);
    return { hour: write(hours, HOURS, 0), weekday: write(days, DAYS, 1) };
  }

  private mark(): void {
    const hours = range(this.from.hour, this.to.hour, HOURS);
    const days = range(this.from.day, this.to.day, DAYS);
    for (const cell of this.table.querySelectorAll<HTMLTableCellElement>("td")) {
      const { hour, day } = spotOf(cell);
      cell.classList.toggle("chosen", hour >= hours[0] && hour <= hours[1] && day >= days[0] && day <= days[1]);
    }
  }
}

function spotOf(cell: HTMLTableCellElement): Spot {
  const row = cell.parentElement as HTMLTableRowElement;
  return { hour: row.sectionRowIndex, day: cell.cellIndex - 1 };
}

/** From the lower to the higher; the unknown stands alone, for it lies between no two hours. */
function range(a: number, b: number, unknown: number): [number, number] {
  if (a === unknown) return [a, a];
  return [Math.min(a, b), Math.min(Math.max(a, b), unknown - 1)];
}

/** The list as the address has it; everything is no filter. */
function write([low, high]: [number, number], unknown: number, first: number): string | null {
  if (low === unknown) return "unknown";
  if (low === 0 && high === unknown - 1) return null;
  return low === high ? String(low + first) : `${low + first}-${high + first}`;
}
