// The map itself; fetched only when a map is opened.
import "maplibre-gl/dist/maplibre-gl.css";
import { type LayerSpecification, type MapGeoJSONFeature, type MapMouseEvent, Map as MapLibre, Marker, NavigationControl, Popup, ScaleControl, type StyleSpecification, setWorkerUrl } from "maplibre-gl";
import workerUrl from "maplibre-gl/dist/maplibre-gl-worker.mjs?url";
import { AreaControl } from "./area.ts";
import type { MapLevel, MapSettings, OpenMap } from "./element.ts";
import { quantiles } from "./classes.ts";
import { Legend } from "./legend.ts";
import { PAINTED, type Painted, type PaintedMark, type PaintedRow, PaintedRows, formatted, hatching, linesOf, paintedLayers, pin, source, square } from "./painted.ts";
import { SOURCE, type Colours, type Tiles, coloursOf, context, focus, isStray, layers, style, tileLayer } from "./style.ts";

// A worker of our own origin: the content security policy allows no blob: workers.
setWorkerUrl(workerUrl);

const CLASSES = 7;
/** Address of the counts' tiles in the style; what is asked for is put in when they are fetched. */
const COUNTS = "counts://";

/** An address of tiles with its level, as the map library takes it. */
function absolute(address: string, level: string): string {
  const whole = `${address}${address.includes("?") ? "&" : "?"}level=${encodeURIComponent(level)}`;
  return new URL(whole, location.href).href.replaceAll("%7B", "{").replaceAll("%7D", "}");
}

/** Opens the map in the element. */
export function openMap(element: HTMLElement, settings: MapSettings, status: HTMLElement): OpenMap {
  return new View(element, settings, status);
}

class View implements OpenMap {
  private readonly map: MapLibre;
  private readonly legend: Legend;
  private readonly popup = new Popup({ closeButton: false, closeOnClick: false, maxWidth: "18rem" });
  private readonly dark = matchMedia("(prefers-color-scheme: dark)");
  private level: MapLevel;
  private limits: number[];
  private colours: Colours;
  private classedAt = "";
  private chosen: Popup | undefined;
  /** The question to be shown next, and whether the map still draws the one before. */
  private next: MapSettings | undefined;
  private settling = false;
  private pins: Marker[] = [];
  /** The analysis that is painted, once its rows are there. */
  private readonly painted = new PaintedRows(
    (text, progress) => this.tell(text, progress),
    (painted, rows) => this.showPainted(painted, rows),
  );

  constructor(
    private readonly element: HTMLElement,
    private settings: MapSettings,
    private readonly status: HTMLElement,
  ) {
    const canvas = document.createElement("div");
    canvas.className = "map-canvas";
    element.prepend(canvas);
    this.colours = this.readColours();
    this.level = this.levelFor(0);
    this.limits = this.level.limits ?? [];
    this.legend = new Legend(element, settings.words, document.documentElement.lang === "en" ? "en" : "es-MX");
    const { words } = settings;
    this.map = new MapLibre({
      container: canvas,
      style: this.style(),
      bounds: settings.bounds,
      fitBoundsOptions: { padding: 16 },
      hash: "map",
      maxZoom: 18,
      renderWorldCopies: false,
      dragRotate: false,
      pitchWithRotate: false,
      attributionControl: false,
      cooperativeGestures: false,
      // The tiles' addresses in the style name no question, so that another question needs no other style.
      transformRequest: (address) => ({ url: address.startsWith(COUNTS) ? this.tileAddress(address) : address }),
      // The picture can then be printed and saved.
      canvasContextAttributes: { preserveDrawingBuffer: true },
      locale: {
        "Map.Title": element.dataset["label"] ?? words.incidents,
        "NavigationControl.ZoomIn": words.zoomIn,
        "NavigationControl.ZoomOut": words.zoomOut,
        "Popup.Close": words.popup,
      },
    });
    this.map.touchZoomRotate.disableRotation();
    this.map.addControl(new NavigationControl({ showCompass: false }), "top-right");
    if (settings.narrows) this.map.addControl(new AreaControl(words, status, (bbox) => this.narrow({ bbox, level: "cells" })), "top-left");
    this.map.addControl(new ScaleControl({ unit: "metric" }), "bottom-right");
    this.listen();
    void this.painted.ask(settings.painted);
  }

  /** Shows another question where the reader is; of questions that come while the map settles only the last is shown. */
  update(settings: MapSettings): void {
    this.next = settings;
    if (!this.settling) this.showNext();
  }

  private showNext(): void {
    const next = this.next;
    this.next = undefined;
    this.settling = next !== undefined;
    if (!next) return;
    this.show(next);
    void this.map.once("idle", () => this.showNext());
    // A question that changes nothing on the map must let it come to rest too.
    this.map.triggerRepaint();
  }

  /** Another box or level moves or changes the map. */
  private show(settings: MapSettings): void {
    const before = this.settings;
    this.settings = settings;
    const level = this.levelFor(this.map.getZoom());
    const redrawn = level.id !== this.level.id || JSON.stringify([before.focus, before.territory, before.context, before.painted?.level]) !== JSON.stringify([settings.focus, settings.territory, settings.context, settings.painted?.level]);
    this.level = level;
    this.limits = level.limits ?? [];
    this.classedAt = "";
    const asked = before.painted?.address !== settings.painted?.address;
    if (asked || !settings.painted) delete this.element.dataset["features"];
    if (redrawn) {
      this.colours = this.readColours();
      this.map.setStyle(this.style());
    } else if (before.tiles !== settings.tiles) {
      // The old tiles stay until the new ones are there: nothing flashes.
      this.map.refreshTiles(SOURCE);
    }
    if (asked) {
      this.unpin();
      void this.painted.ask(settings.painted);
    }
    if (before.bounds.join() !== settings.bounds.join()) this.map.fitBounds(settings.bounds, { padding: 16, duration: 0 });
  }

  /** How far the analysis is, for the map and for the page round it. */
  private tell(text: string, progress: number | null): void {
    this.status.textContent = text;
    this.element.dispatchEvent(new CustomEvent("tequio-progress", { detail: { progress }, bubbles: true }));
  }

  private showPainted(painted: Painted, rows: readonly PaintedRow[]): void {
    this.legend.showClasses(painted.title, painted.legend);
    this.element.dataset["features"] = String(rows.length);
    this.map.setStyle(this.style());
    this.unpin();
    // Where they overlap, the first lies on top.
    this.pins = rows.length > 0 ? [...painted.marks].reverse().map((mark) => this.pinned(mark)) : [];
  }

  /** The number of a row on the map; what lies below it can still be pointed at. */
  private pinned(mark: PaintedMark): Marker {
    return new Marker({ element: pin(mark), anchor: "bottom" }).setLngLat(mark.at).addTo(this.map);
  }

  private unpin(): void {
    this.pins.forEach((marker) => marker.remove());
    this.pins = [];
  }

  close(): void {
    this.painted.stop();
    this.dark.removeEventListener("change", this.repaint);
    this.map.remove();
  }

  private listen(): void {
    this.map.on("load", () => {
      this.status.textContent = "";
      this.followZoom();
      this.element.dataset["ready"] = "true";
    });
    this.map.on("zoomend", () => this.followZoom());
    this.map.on("idle", () => this.classify());
    this.map.setMissingStyleImageResolver((id) => {
      const image = hatching(id);
      if (image && !this.map.hasImage(id)) this.map.addImage(id, image);
    });
    this.map.on("error", () => {
      this.status.textContent = this.settings.words.failed;
    });
    this.map.on("data", (event) => {
      if (event.dataType === "source" && !this.painted.waiting) this.status.textContent = "";
    });
    this.map.on("mousemove", "areas", (event) => this.point(event));
    this.map.on("mouseleave", "areas", () => this.leave());
    this.map.on("click", "areas", (event) => this.choose(event));
    this.dark.addEventListener("change", this.repaint);
  }

  /** The level to show: the one chosen in the form, or the finest the zoom allows. */
  private levelFor(zoom: number): MapLevel {
    const { levels, level, painted } = this.settings;
    if (painted) return { id: painted.level, name: painted.title, zoom: 0 };
    const chosen = levels.find((known) => known.id === level);
    const fitting = levels.filter((known) => known.zoom <= zoom);
    const found = chosen ?? fitting[fitting.length - 1] ?? levels[0];
    if (!found) throw new Error("the page names no level");
    return found;
  }

  /** Where only some places are counted, the others look like the ground and not like zeros. */
  private readColours(): Colours {
    const colours = coloursOf(this.element);
    return this.settings.focus ? { ...colours, zero: colours.ground } : colours;
  }

  private tiles(): Tiles {
    const { context } = this.settings;
    return { counts: `${COUNTS}{z}/{x}/{y}`, states: absolute(context, "places:states"), municipalities: absolute(context, "places:municipalities") };
  }

  /** Address of a tile of the question as it is now. */
  private tileAddress(address: string): string {
    const [z = "", x = "", y = ""] = address.slice(COUNTS.length).split("/");
    return absolute(this.settings.tiles, this.level.id).replace("{z}", z).replace("{x}", x).replace("{y}", y);
  }

  private style(): StyleSpecification {
    const { painted } = this.settings;
    return style(this.tiles(), this.level.id, this.colours, this.layers(), painted ? { [PAINTED]: source(painted, this.painted.rows) } : {});
  }

  private layers(): LayerSpecification[] {
    const { painted, focus: place, territory, segments } = this.settings;
    if (!painted) return layers(this.level.id, this.limits, this.colours, place, territory, segments);
    return [...paintedLayers(painted, this.painted.rows, this.colours), ...context(this.colours), ...focus(place, this.colours)];
  }

  /** Asks the page to narrow its question. */
  private narrow(change: Record<string, string | null>): void {
    this.element.dispatchEvent(new CustomEvent("tequio-narrow", { detail: change, bubbles: true }));
  }

  private followZoom(): void {
    const next = this.levelFor(this.map.getZoom());
    if (next.id === this.level.id) return;
    this.level = next;
    this.limits = next.limits ?? [];
    this.classedAt = "";
    this.leave();
    this.map.setStyle(this.style());
  }

  /** Chooses class limits from what is in view; the page's own limits are kept where it has them. */
  private classify(): void {
    if (this.settings.painted) return;
    const at = `${this.level.id} ${this.level.limits ? "" : Math.floor(this.map.getZoom())}`;
    if (at === this.classedAt || !this.map.isSourceLoaded(SOURCE)) return;
    const counts = this.counts();
    this.element.dataset["features"] = String(counts.length);
    if (!this.level.limits) {
      if (counts.length === 0) {
        this.legend.show(this.level, [], 0);
        return;
      }
      this.limits = quantiles(counts, CLASSES);
    }
    this.classedAt = at;
    this.paint();
    this.legend.show(this.level, this.limits, counts.length > 0 ? Math.min(...counts) : 0);
  }

  /** Counts of the features in view, each once although tiles repeat them. */
  private counts(): number[] {
    const features = this.map.querySourceFeatures(SOURCE, { sourceLayer: tileLayer(this.level.id) });
    const byKey = new globalThis.Map<string, number>();
    const classed = (code: unknown) => !isStray(this.level.id, code, this.settings.territory);
    const counted = features.filter((feature) => Number(feature.properties["count"] ?? 0) > 0 && classed(feature.properties["code"]));
    counted.forEach((feature) => byKey.set(keyOf(feature.properties), Number(feature.properties["count"])));
    return [...byKey.values()];
  }

  private paint(): void {
    for (const layer of this.layers()) {
      if (!this.map.getLayer(layer.id)) continue;
      for (const [name, value] of Object.entries(layer.paint ?? {})) this.map.setPaintProperty(layer.id, name as never, value as never);
    }
  }

  private readonly repaint = (): void => {
    this.colours = this.readColours();
    this.map.setPaintProperty("ground", "background-color", this.colours.ground);
    this.paint();
  };

  private point(event: MapMouseEvent & { features?: MapGeoJSONFeature[] }): void {
    const feature = event.features?.[0];
    if (!feature) return;
    this.map.getCanvas().style.cursor = "pointer";
    this.popup.setLngLat(event.lngLat).setDOMContent(this.describe(feature)).addTo(this.map);
    if (this.map.getLayer("pointed")) {
      const code = feature.properties["code"] as unknown;
      this.map.setFilter("pointed", ["==", ["get", "code"], typeof code === "string" ? code : ""]);
    }
  }

  private leave(): void {
    this.map.getCanvas().style.cursor = "";
    this.popup.remove();
    if (this.map.getLayer("pointed")) this.map.setFilter("pointed", ["==", ["get", "code"], ""]);
  }

  /** A touch shows the popup; a click on a place that has a page offers the link in it. */
  private choose(event: MapMouseEvent & { features?: MapGeoJSONFeature[] }): void {
    const feature = event.features?.[0];
    if (!feature) return;
    const content = this.describe(feature);
    const address = this.addressOf(feature.properties);
    if (address) {
      const link = document.createElement("a");
      link.href = address;
      link.textContent = this.settings.words.open;
      // A frame of another site shows this page only; others open beside it.
      if (document.documentElement.classList.contains("embed")) link.target = "_blank";
      content.append(link);
    }
    const change = this.settings.narrows ? this.changeTo(feature.properties) : undefined;
    if (change) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "map-narrow";
      button.textContent = this.settings.words.narrow;
      button.addEventListener("click", () => {
        this.narrow(change);
        this.chosen?.remove();
      });
      content.append(button);
    }
    this.popup.remove();
    this.chosen = new Popup({ closeButton: true, maxWidth: "18rem" }).setLngLat(event.lngLat).setDOMContent(content).addTo(this.map);
  }

  /** What the address becomes when the question is narrowed to a feature; streets narrow nothing. */
  private changeTo(properties: Record<string, unknown>): Record<string, string | null> | undefined {
    const place = this.referenceOf(properties);
    if (place) return { place, level: null };
    const cell = /^(\d+)\/(\d+)\/(\d+)$/.exec(String(properties["code"] ?? ""))?.slice(1).map(Number);
    const [z, x, y] = cell ?? ["z", "x", "y"].map((name) => Number(properties[name]));
    if (z === undefined || x === undefined || y === undefined || Number.isNaN(z + x + y)) return undefined;
    return { bbox: boxOf(z, x, y), level: "cells" };
  }

  /** How questions name the place of a feature. */
  private referenceOf(properties: Record<string, unknown>): string | undefined {
    const code = properties["code"];
    const [kind, layer] = this.level.id.split(":");
    if (typeof code !== "string" || kind !== "places" || !layer) return undefined;
    return ["nation", "states", "municipalities"].includes(layer) ? code : `${layer}:${code}`;
  }

  private addressOf(properties: Record<string, unknown>): string | undefined {
    const { kept } = this.settings;
    const code = properties["code"];
    const segment = this.level.id === "segments" && typeof code === "string" ? `/street/segment:${encodeURIComponent(code)}` : undefined;
    const reference = this.referenceOf(properties);
    const page = reference ? `/place/${encodeURIComponent(reference)}` : segment;
    return page && `${page}${kept ? `?${kept}` : ""}`;
  }

  private describe(feature: MapGeoJSONFeature): HTMLElement {
    const { words } = this.settings;
    const { properties } = feature;
    const box = document.createElement("div");
    const name = document.createElement("strong");
    const fallback = this.level.id === "cells" ? words.cell : words.segment;
    name.textContent = String(properties["name"] || (this.level.id === "cells" ? fallback : (properties["code"] ?? fallback)));
    const count = document.createElement("span");
    count.textContent = `${formatted(Number(properties["count"] ?? 0))} ${words.incidents}`;
    const { painted } = this.settings;
    const row = this.painted.rows.find((known) => known.place === properties["code"]);
    if (painted && row) count.textContent = typeof row.count === "number" ? `${formatted(row.count)} ${words.incidents}` : "";
    box.append(name, ...(painted && row ? linesOf(painted, row) : []), count);
    return box;
  }
}

/** West, south, east, north of a web-mercator cell; five decimals are a metre. */
function boxOf(z: number, x: number, y: number): string {
  const [low, , high] = square(z, x, y);
  return [...(low ?? []), ...(high ?? [])].map((degrees) => degrees.toFixed(5)).join(",");
}

function keyOf(properties: Record<string, unknown>): string {
  return ["code", "z", "x", "y"].map((name) => String(properties[name] ?? "")).join("/");
}
