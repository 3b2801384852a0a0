// A button on the map: then dragging marks a rectangle, which becomes the question's area.
import type { IControl, Map as MapLibre, PointLike } from "maplibre-gl";
import type { MapWords } from "./element.ts";

/** Smaller rectangles are slips of the hand, pixels. */
const SIDE_MIN = 8;

export class AreaControl implements IControl {
  private readonly box = document.createElement("div");
  private readonly button = document.createElement("button");
  private readonly mark = document.createElement("div");
  private map: MapLibre | undefined;
  private from: { x: number; y: number } | undefined;

  constructor(
    private readonly words: MapWords,
    private readonly status: HTMLElement,
    private readonly choose: (bbox: string) => void,
  ) {}

  onAdd(map: MapLibre): HTMLElement {
    this.map = map;
    this.box.className = "maplibregl-ctrl map-area";
    this.button.type = "button";
    this.button.textContent = this.words.areaDraw;
    this.button.setAttribute("aria-pressed", "false");
    this.button.addEventListener("click", () => this.toggle(this.button.getAttribute("aria-pressed") !== "true"));
    this.mark.className = "map-area-mark";
    this.box.append(this.button);
    return this.box;
  }

  onRemove(): void {
    this.toggle(false);
    this.box.remove();
    this.map = undefined;
  }

  private toggle(on: boolean): void {
    const canvas = this.map?.getCanvasContainer();
    if (!this.map || !canvas) return;
    this.button.setAttribute("aria-pressed", String(on));
    this.status.textContent = on ? this.words.areaDrawing : "";
    this.from = undefined;
    this.mark.remove();
    canvas.classList.toggle("map-area-drawing", on);
    const change = on ? "addEventListener" : "removeEventListener";
    canvas[change]("pointerdown", this.down as EventListener, true);
    canvas[change]("pointermove", this.move as EventListener, true);
    canvas[change]("pointerup", this.up as EventListener, true);
    document[change]("keydown", this.key as EventListener);
    for (const handler of [this.map.dragPan, this.map.touchZoomRotate]) {
      if (on) handler.disable();
      else handler.enable();
    }
  }

  private at(event: PointerEvent): { x: number; y: number } {
    const box = this.map?.getCanvas().getBoundingClientRect() ?? new DOMRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  }

  private readonly down = (event: PointerEvent): void => {
    event.preventDefault();
    event.stopPropagation();
    this.from = this.at(event);
    this.map?.getCanvasContainer().append(this.mark);
    this.draw(this.from);
  };

  private readonly move = (event: PointerEvent): void => {
    if (this.from) this.draw(this.at(event));
  };

  private readonly up = (event: PointerEvent): void => {
    const [from, to] = [this.from, this.at(event)];
    if (!from || !this.map) return;
    event.stopPropagation();
    const large = Math.abs(from.x - to.x) >= SIDE_MIN && Math.abs(from.y - to.y) >= SIDE_MIN;
    const corners = [from, to].map((point) => this.map?.unproject([point.x, point.y] as PointLike));
    this.toggle(false);
    const [a, b] = corners;
    if (!large || !a || !b) return;
    const box = [Math.min(a.lng, b.lng), Math.min(a.lat, b.lat), Math.max(a.lng, b.lng), Math.max(a.lat, b.lat)];
    this.choose(box.map((degrees) => degrees.toFixed(4)).join(","));
  };

  private readonly key = (event: KeyboardEvent): void => {
    if (event.key === "Escape") this.toggle(false);
  };

  private draw(to: { x: number; y: number }): void {
    const from = this.from ?? to;
    this.mark.style.left = `${Math.min(from.x, to.x)}px`;
    this.mark.style.top = `${Math.min(from.y, to.y)}px`;
    this.mark.style.width = `${Math.abs(from.x - to.x)}px`;
    this.mark.style.height = `${Math.abs(from.y - to.y)}px`;
  }
}
