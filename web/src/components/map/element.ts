// <tequio-map>: shows the tiles of the figures that the page's table holds. The element says where
// its data are; the map library comes only when the element nears the screen.

import type { Painted } from "./painted.ts";

/** What the page tells the map, all in attributes of the element. */
export interface MapSettings {
  /** Address of the tiles, with {z}/{x}/{y} and a query. `level=` is added here. */
  tiles: string;
  /** The same without filters: the borders drawn round cells and streets. */
  context: string;
  /** Levels from coarse to fine, each with the zoom from which it is shown. */
  levels: MapLevel[];
  /** Level chosen in the form; `auto` follows the zoom. */
  level: string;
  /** West, south, east, north of the first view. */
  bounds: [number, number, number, number];
  /** The place that the figures are about, if they are about one. */
  focus?: Focus;
  /** Code of the place that the data are about, when they are about a part of the country. */
  territory: string | null;
  /** True where a choice on the map narrows the question of the page. */
  narrows?: boolean;
  /** An analysis in place of the counts. */
  painted?: Painted | null;
  /** Codes of the segments that the page is about. */
  segments?: string[];
  /** Pairs that links to places keep: the dataset, if the address names one. */
  kept?: string;
  /** Texts in the language of the page. */
  words: MapWords;
}

export interface Focus {
  layer: string;
  code: string;
}

export interface MapLevel {
  /** Value of the tiles' `level` parameter. */
  id: string;
  /** Name for people. */
  name: string;
  /** Zoom from which it is shown when the level follows the zoom. */
  zoom: number;
  /** Upper limits of the classes of the page's table, if it shows this level. */
  limits?: number[];
}

export interface MapWords {
  incidents: string;
  loading: string;
  failed: string;
  empty: string;
  method: string;
  zoomIn: string;
  zoomOut: string;
  popup: string;
  cell: string;
  segment: string;
  open: string;
  narrow: string;
  areaDraw: string;
  areaDrawing: string;
}

/** A map that is open. */
export interface OpenMap {
  /** Shows another question. */
  update(settings: MapSettings): void;
  close(): void;
}

/** Reads the settings; nothing is drawn when the page gave none. */
export function settingsOf(element: HTMLElement): MapSettings | undefined {
  return read(element.dataset["settings"]);
}

function read(text: string | undefined): MapSettings | undefined {
  if (!text) return undefined;
  try {
    return JSON.parse(text) as MapSettings;
  } catch {
    return undefined;
  }
}

export class TequioMap extends HTMLElement {
  private observer: IntersectionObserver | undefined;
  private opened: OpenMap | undefined;

  connectedCallback(): void {
    this.observer = new IntersectionObserver(
      (entries) => {
        if (entries.some((entry) => entry.isIntersecting)) void this.open();
      },
      { rootMargin: "150px" },
    );
    this.observer.observe(this);
  }

  disconnectedCallback(): void {
    this.observer?.disconnect();
    this.opened?.close();
    this.opened = undefined;
  }

  /** Shows another question; a map that is not open yet will open with it. */
  update(text: string | undefined): void {
    const settings = read(text);
    if (!settings || text === this.dataset["settings"]) return;
    this.dataset["settings"] = text;
    this.opened?.update(settings);
  }

  private async open(): Promise<void> {
    this.observer?.disconnect();
    const settings = settingsOf(this);
    if (!settings) return;
    const status = document.createElement("p");
    status.className = "map-status";
    status.setAttribute("role", "status");
    status.textContent = settings.words.loading;
    this.append(status);
    try {
      const { openMap } = await import("./view.ts");
      this.opened = openMap(this, settingsOf(this) ?? settings, status);
    } catch {
      // No WebGL, or the script could not be fetched: the table beside the map has everything.
      status.textContent = settings.words.failed;
    }
  }
}

export function defineMap(): void {
  if (!customElements.get("tequio-map")) customElements.define("tequio-map", TequioMap);
}
