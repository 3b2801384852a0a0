// An analysis on the map: fetched from the API, painted by its classes. What stands out has an edge too, solid or dashed,
// so that nothing is told by colour alone.
import type { ExpressionSpecification, FilterSpecification, GeoJSONSourceSpecification, LayerSpecification } from "maplibre-gl";
import { SOURCE, type Colours, tileLayer } from "./style.ts";

/** Where the answer comes from and how it is painted; the page says it. */
export interface Painted {
  address: string;
  /** `places:LAYER`, drawn from the tiles, or `cells`. */
  level: string;
  title: string;
  classes: PaintedClass[];
  /** Lines of the legend. */
  legend: { paint: string; label: string }[];
  /** Numbers on the map, as the table of the page has them. */
  marks: PaintedMark[];
  words: { computing: string; failed: string; density: string; before: string; cluster: string };
}

export interface PaintedClass {
  class: string;
  /** Name of the colour in the style sheet. */
  paint: string;
  label: string;
}

/** The number of a row of the table at its middle. */
export interface PaintedMark {
  text: string;
  /** Longitude and latitude. */
  at: [number, number];
  /** Look in the style sheet. */
  class: string;
  label: string;
}

/** A row of the answer: a place or `zoom/column/row`, and its class. */
export interface PaintedRow {
  place: string;
  name?: string;
  class: string;
  count?: number | null;
  count_before?: number | null;
  density?: number;
  /** Number of the cluster. */
  cluster?: number | null;
}

/** A long analysis is a job that is asked how far it is. */
interface Job {
  state: string;
  progress: number;
  links: { self: string; result: string };
}

export const PAINTED = "painted";
const POLL_MS = 1_000;
/** Classes with an edge; in the others nothing stands out. */
const EDGES: Record<string, number[] | undefined> = { high: [1], "high-pale": [1], low: [2, 1.5], "low-pale": [2, 1.5] };

/** Thin on a map of the country, where the borders of thousands of places would be a grey mass. */
const BORDER = ["interpolate", ["linear"], ["zoom"], 4, 0.15, 8, 0.75];

/** The rows of an answer. Whatever ends the wait for a job cancels it: aborting, and an error on the way. */
export async function fetchRows(address: string, signal: AbortSignal, tell: (progress: number) => void): Promise<PaintedRow[]> {
  const response = await fetch(address, { signal, headers: { accept: "application/json" } });
  if (!response.ok) throw new Error(String(response.status));
  const answer = (await response.json()) as Job | { rows: PaintedRow[] };
  const { rows } = response.status === 202 ? await finished(answer as Job, signal, tell) : (answer as { rows: PaintedRow[] });
  return rows;
}

async function finished(first: Job, signal: AbortSignal, tell: (progress: number) => void): Promise<{ rows: PaintedRow[] }> {
  const { self, result } = first.links;
  let job = first;
  try {
    while (!["done", "failed", "cancelled"].includes(job.state)) {
      tell(job.progress);
      await pause(POLL_MS, signal);
      job = await read<Job>(self, signal);
    }
  } catch (error) {
    // Nobody waits for it any more.
    void fetch(self, { method: "DELETE", keepalive: true }).catch(() => undefined);
    throw error;
  }
  if (job.state !== "done") throw new Error(job.state);
  return read(result, signal);
}

async function read<T>(address: string, signal: AbortSignal): Promise<T> {
  const response = await fetch(address, { signal, headers: { accept: "application/json" } });
  if (!response.ok) throw new Error(String(response.status));
  return (await response.json()) as T;
}

function pause(time: number, signal: AbortSignal): Promise<void> {
  return new Promise((done, stopped) => {
    const stop = () => {
      clearTimeout(waiting);
      stopped(signal.reason as Error);
    };
    const waiting = setTimeout(() => {
      signal.removeEventListener("abort", stop);
      done();
    }, time);
    if (signal.aborted) stop();
    else signal.addEventListener("abort", stop, { once: true });
  });
}

/** The colour of a class. */
export function colourOfPaint(paint: string, colours: Colours): string {
  const named: Record<string, string | undefined> = {
    high: colours.ramp[5],
    "high-pale": colours.ramp[2],
    low: colours.low,
    "low-pale": colours.lowPale,
    plain: colours.plain,
    blank: colours.ground,
    hatched: colours.none,
  };
  return named[paint] ?? colours.ramp[Number(paint.slice(1))] ?? colours.none;
}

/** Cells as squares, each with its row; places come from the tiles. */
export function source(painted: Painted, rows: readonly PaintedRow[]): GeoJSONSourceSpecification {
  const cells = painted.level === "cells" ? rows : [];
  const features = cells.map((row) => {
    const [z = 0, x = 0, y = 0] = row.place.split("/").map(Number);
    return { type: "Feature" as const, properties: { ...row, code: row.place }, geometry: { type: "Polygon" as const, coordinates: [square(z, x, y)] } };
  });
  return { type: "geojson", data: { type: "FeatureCollection", features } };
}

/** Corners of a web-mercator cell, degrees. */
export function square(z: number, x: number, y: number): [number, number][] {
  const side = 2 ** z;
  const longitude = (column: number) => (column / side) * 360 - 180;
  const latitude = (row: number) => (Math.atan(Math.sinh(Math.PI * (1 - (2 * row) / side))) * 180) / Math.PI;
  const [west, south, east, north] = [longitude(x), latitude(y + 1), longitude(x + 1), latitude(y)];
  return [[west, south], [east, south], [east, north], [west, north], [west, south]];
}

/** Fill, edges and the hatching of places without a figure. */
export function paintedLayers(painted: Painted, rows: readonly PaintedRow[], colours: Colours): LayerSpecification[] {
  const of = painted.level === "cells" ? { source: PAINTED } : { source: SOURCE, "source-layer": tileLayer(painted.level) };
  const classOf = classExpression(painted, rows);
  const is = (...paints: string[]): FilterSpecification => ["in", classOf, ["literal", painted.classes.filter(({ paint }) => paints.includes(paint)).map((known) => known.class)]] as unknown as FilterSpecification;
  const shades = painted.classes.flatMap((known) => [known.class, colourOfPaint(known.paint, colours)]);
  const edge = (id: string, dashes: number[]): LayerSpecification => ({
    id: `edge-${id}`,
    type: "line",
    ...of,
    filter: is(...Object.keys(EDGES).filter((paint) => paint.startsWith(id))),
    paint: { "line-color": colours.ink, "line-width": 1.5, "line-dasharray": dashes },
  });
  return [
    { id: "areas", type: "fill", ...of, paint: { "fill-color": ["match", classOf, ...shades, colours.ground] as unknown as ExpressionSpecification, "fill-antialias": false } },
    { id: "hatched", type: "fill", ...of, filter: is("hatched"), paint: { "fill-pattern": `hatch ${colours.context} ${colours.ground}` } },
    // What was tested is told from the ground by its edge too; places have borders as it is.
    { id: "borders", type: "line", ...of, ...(painted.level === "cells" ? { filter: is("plain") } : {}), paint: { "line-color": colours.context, "line-width": BORDER } } as LayerSpecification,
    edge("high", EDGES["high"] ?? []),
    edge("low", EDGES["low"] ?? []),
    { id: "pointed", type: "line", ...of, filter: ["==", ["get", "code"], ""], paint: { "line-color": colours.ink, "line-width": 2.5 } },
  ];
}

/** Cells carry their class; of a tile's places the answer tells it by code. */
function classExpression(painted: Painted, rows: readonly PaintedRow[]): unknown {
  if (painted.level === "cells" || rows.length === 0) return ["coalesce", ["get", "class"], ""];
  const byClass = new globalThis.Map<string, string[]>();
  for (const { class: name, place } of rows) {
    const places = byClass.get(name);
    if (places) places.push(place);
    else byClass.set(name, [place]);
  }
  return ["match", ["get", "code"], ...[...byClass].flatMap(([name, codes]) => [codes, name]), ""];
}

/** Stripes of 8 pixels for the name that `hatched` gives them. */
export function hatching(name: string): { width: number; height: number; data: Uint8ClampedArray } | undefined {
  const [kind, line = "", ground = ""] = name.split(" ");
  if (kind !== "hatch") return undefined;
  const side = 8;
  const data = new Uint8ClampedArray(side * side * 4);
  for (let pixel = 0; pixel < side * side; pixel += 1) {
    const striped = ((pixel % side) + Math.floor(pixel / side)) % side < 2;
    data.set([...rgb(striped ? line : ground), 255], pixel * 4);
  }
  return { width: side, height: side, data };
}

function rgb(colour: string): number[] {
  const hex = /^#([0-9a-f]{6})$/i.exec(colour)?.[1] ?? "888888";
  return [0, 2, 4].map((at) => parseInt(hex.slice(at, at + 2), 16));
}

/** The rows of the analysis that is wanted now. */
export class PaintedRows {
  rows: readonly PaintedRow[] = [];
  /** True from the question to the answer. */
  waiting = false;
  private asking: AbortController | undefined;

  constructor(
    private readonly tell: (text: string, progress: number | null) => void,
    private readonly show: (painted: Painted, rows: readonly PaintedRow[]) => void,
  ) {}

  /** Asks for an analysis; the request of one that is not wanted any more is stopped. */
  async ask(painted: Painted | null | undefined): Promise<void> {
    this.stop();
    if (!painted) {
      this.rows = [];
      return;
    }
    const asking = new AbortController();
    [this.asking, this.waiting] = [asking, true];
    const { computing, failed } = painted.words;
    this.tell(computing, null);
    try {
      const rows = await fetchRows(painted.address, asking.signal, (progress) => this.tell(computing, progress));
      [this.rows, this.waiting] = [rows, false];
      this.tell("", 1);
    } catch {
      if (asking.signal.aborted) return;
      [this.rows, this.waiting] = [[], false];
      this.tell(failed, 1);
    }
    this.show(painted, this.rows);
  }

  stop(): void {
    this.asking?.abort();
    this.waiting = false;
  }
}

/** A pin whose tip is the middle: its disc stands beside, so that it covers neither a small area nor its colour. */
export function pin(mark: PaintedMark): HTMLElement {
  const [box, disc] = [document.createElement("div"), document.createElement("span")];
  box.className = "map-pin";
  box.setAttribute("role", "img");
  box.setAttribute("aria-label", mark.label);
  disc.className = mark.class;
  disc.textContent = mark.text;
  box.append(disc);
  return box;
}

/** The class of a row in words, and what was measured. */
export function linesOf(painted: Painted, row: PaintedRow): HTMLElement[] {
  const lines = [painted.classes.find((known) => known.class === row.class)?.label ?? row.class];
  if (row.density !== undefined) lines.push(`${formatted(row.density, 3)} ${painted.words.density}`);
  if (typeof row.cluster === "number") lines.push(`${painted.words.cluster} ${row.cluster}`);
  if (typeof row.count_before === "number") lines.push(`${painted.words.before}: ${formatted(row.count_before)}`);
  return lines.map((text) => {
    const line = document.createElement("span");
    line.className = "map-line";
    line.textContent = text;
    return line;
  });
}

/** A number as the language of the page writes it. */
export function formatted(value: number, digits?: number): string {
  const locale = document.documentElement.lang === "en" ? "en" : "es-MX";
  return new Intl.NumberFormat(locale, digits ? { maximumSignificantDigits: digits } : {}).format(value);
}
