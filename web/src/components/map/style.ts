// The map's style: our tiles on a plain ground, colours from the page's own custom properties.
import type {
  ExpressionSpecification,
  LayerSpecification,
  StyleSpecification,
} from "maplibre-gl";
import { colourOf } from "./classes.ts";
import type { Focus } from "./element.ts";

export const SOURCE = "counts";
/** Borders drawn round cells and streets, which have none of their own. */
const STATES = "states";
const MUNICIPALITIES = "municipalities";
/** Levels whose codes tell which place holds which. */
const REFERENCE = [STATES, MUNICIPALITIES].map((layer) => `places:${layer}`);
/** Municipal borders are a grey mass on a map of the country. */
const MUNICIPALITIES_ZOOM_MIN = 7.5;

/** Name of the only layer of a tile of a level. */
export function tileLayer(level: string): string {
  return level.split(":")[0] ?? level;
}

/** Colours resolved from the style sheet, light or dark. */
export interface Colours {
  ramp: string[];
  none: string;
  line: string;
  ground: string;
  zero: string;
  plain: string;
  context: string;
  ink: string;
  low: string;
  lowPale: string;
}

export function coloursOf(element: Element): Colours {
  const style = getComputedStyle(element);
  const read = (name: string) => style.getPropertyValue(name).trim() || "#888888";
  return {
    ramp: [0, 1, 2, 3, 4, 5, 6].map((index) => read(`--c${index}`)),
    none: read("--c-none"),
    line: read("--map-line"),
    ground: read("--map-ground"),
    zero: read("--map-zero"),
    plain: read("--map-plain"),
    context: read("--map-context"),
    ink: read("--ink"),
    low: read("--low"),
    lowPale: read("--low-pale"),
  };
}

/** True for a place of the reference territory that the data are not about; incidents found there are strays. */
export function isStray(level: string, code: unknown, territory?: string | null): boolean {
  return !!territory && REFERENCE.includes(level) && typeof code === "string" && !`${code}-`.startsWith(`${territory}-`);
}

/** Colour of a feature by its count; strays have a count and no class. */
export function ramp(limits: readonly number[], colours: Colours, level = "", territory?: string | null): ExpressionSpecification | string {
  const shade = (index: number) => colours.ramp[colourOf(index, limits.length)] ?? colours.none;
  if (limits.length === 0) return colours.zero;
  const steps = limits.slice(0, -1).flatMap((limit, index) => [limit, shade(index + 1)]);
  // `step` puts a value that equals a limit into the next class; half a unit keeps it in its own.
  const count = ["coalesce", ["get", "count"], 0];
  const classed = limits.length === 1 ? shade(0) : ["step", ["-", count, 0.5], shade(0), ...steps];
  const within = !territory || !REFERENCE.includes(level) ? true : ["==", ["slice", ["concat", ["get", "code"], "-"], 0, territory.length + 1], `${territory}-`];
  return ["case", ["==", count, 0], colours.zero, within, classed, colours.none] as unknown as ExpressionSpecification;
}

export function layers(level: string, limits: readonly number[], colours: Colours, place?: Focus, territory?: string | null, segments: readonly string[] = []): LayerSpecification[] {
  const colour = ramp(limits, colours, level, territory);
  if (level === "segments") return [...context(colours), ...street(segments, colours), casing(colours), streets(colour, colours), ...focus(place, colours)];
  if (level === "cells") return [...areas(level, colour, colours), ...context(colours), ...focus(place, colours)];
  return [...areas(level, colour, colours), ...focus(place, colours)];
}

function areas(level: string, colour: ExpressionSpecification | string, colours: Colours): LayerSpecification[] {
  return [
    {
      id: "areas",
      type: "fill",
      source: SOURCE,
      "source-layer": tileLayer(level),
      paint: { "fill-color": colour, "fill-antialias": false },
    },
    {
      id: "borders",
      type: "line",
      source: SOURCE,
      "source-layer": tileLayer(level),
      paint: {
        "line-color": ["case", ["==", ["coalesce", ["get", "count"], 0], 0], colours.context, colours.line],
        "line-width": ["case", ["==", ["coalesce", ["get", "count"], 0], 0], 0.4, level === "cells" ? 0.5 : 0.8],
      },
    },
    {
      id: "pointed",
      type: "line",
      source: SOURCE,
      "source-layer": tileLayer(level),
      filter: ["==", ["get", "code"], ""],
      paint: { "line-color": colours.ink, "line-width": 2 },
    },
  ];
}

export function context(colours: Colours): LayerSpecification[] {
  const line = (id: string, width: number): LayerSpecification => ({
    id: `context-${id}`,
    type: "line",
    source: id,
    "source-layer": "places",
    paint: { "line-color": colours.context, "line-width": width },
  });
  return [{ ...line(MUNICIPALITIES, 1), minzoom: MUNICIPALITIES_ZOOM_MIN }, line(STATES, 1.5)] as LayerSpecification[];
}

/** The border of the place that the page is about. */
export function focus(place: Focus | undefined, colours: Colours): LayerSpecification[] {
  if (!place || ![STATES, MUNICIPALITIES].includes(place.layer)) return [];
  return [
    {
      id: "focus",
      type: "line",
      source: place.layer,
      "source-layer": "places",
      filter: ["==", ["get", "code"], place.code],
      paint: { "line-color": colours.ink, "line-width": 1.75 },
    },
  ];
}

/** Width of a street by zoom; streets without a published count are thin, as context. */
function widths(more: number): ExpressionSpecification {
  const width = (counted: number, other: number) => ["case", ["has", "count"], counted + more, other];
  return ["interpolate", ["linear"], ["zoom"], 12, width(1.5, 0.5), 15, width(4, 1), 17, width(7, 2)] as unknown as ExpressionSpecification;
}

/** An edge round counted streets, without which the lightest classes fade into the ground. */
function casing(colours: Colours): LayerSpecification {
  return {
    id: "casing",
    type: "line",
    source: SOURCE,
    "source-layer": "segments",
    filter: ["has", "count"],
    layout: { "line-cap": "round", "line-join": "round" },
    paint: { "line-color": colours.context, "line-width": widths(1.75) },
  };
}

function streets(colour: ExpressionSpecification | string, colours: Colours): LayerSpecification {
  return {
    id: "areas",
    type: "line",
    source: SOURCE,
    "source-layer": "segments",
    // Where streets meet, the fuller one lies on top.
    layout: { "line-cap": "round", "line-join": "round", "line-sort-key": ["coalesce", ["get", "count"], 0] },
    paint: { "line-color": ["case", ["has", "count"], colour, colours.context], "line-width": widths(0) },
  };
}

/** The street that the page is about: an edge of ink round it, whether its segments are counted or not. */
function street(codes: readonly string[], colours: Colours): LayerSpecification[] {
  if (codes.length === 0) return [];
  return [
    {
      id: "street",
      type: "line",
      source: SOURCE,
      "source-layer": "segments",
      filter: ["in", ["get", "code"], ["literal", [...codes]]],
      layout: { "line-cap": "round", "line-join": "round" },
      paint: { "line-color": colours.ink, "line-width": widths(5) },
    },
  ];
}

/** Addresses of the tiles of the counts and of the borders round them. */
export interface Tiles {
  counts: string;
  states: string;
  municipalities: string;
}

export function style(tiles: Tiles, level: string, colours: Colours, drawn: readonly LayerSpecification[], more: StyleSpecification["sources"] = {}): StyleSpecification {
  return {
    version: 8,
    sources: {
      // Cells have a finest size; from there on the last tiles are magnified.
      [SOURCE]: { type: "vector", tiles: [tiles.counts], minzoom: 0, maxzoom: level === "cells" ? 14 : 18 },
      [STATES]: { type: "vector", tiles: [tiles.states], minzoom: 0, maxzoom: 12 },
      [MUNICIPALITIES]: { type: "vector", tiles: [tiles.municipalities], minzoom: 4, maxzoom: 12 },
      ...more,
    },
    layers: [
      { id: "ground", type: "background", paint: { "background-color": colours.ground } },
      ...drawn,
    ],
  };
}
