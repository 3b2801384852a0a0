// <tequio-near>: places near the reader, found on the device. The list of all places is fetched from an address that
// does not depend on the position, before the position is asked for; nothing is sent afterwards.
import { type Centres, type Near, nearest } from "./nearest.ts";

const CHOICES_MAX = 5;
const POSITION: PositionOptions = { enableHighAccuracy: false, maximumAge: 600_000, timeout: 20_000 };
/** GeolocationPositionError.PERMISSION_DENIED. */
const DENIED = 1;

/** A place with what it is. */
interface Choice extends Near {
  kind: string;
}

class TequioNear extends HTMLElement {
  private readonly status = document.createElement("p");
  private readonly list = document.createElement("ul");

  connectedCallback(): void {
    const button = this.querySelector("button");
    if (!button || this.status.isConnected || !("geolocation" in navigator)) return;
    this.status.setAttribute("role", "status");
    this.list.className = "results";
    button.after(this.status, this.list);
    button.addEventListener("click", () => void this.find(button));
    this.hidden = false;
  }

  private async find(button: HTMLButtonElement): Promise<void> {
    // Not `disabled`, which would take the focus away.
    if (button.getAttribute("aria-disabled") === "true") return;
    button.setAttribute("aria-disabled", "true");
    this.list.replaceChildren();
    try {
      this.say("loading");
      const layers = await this.layers();
      this.say("asking");
      const { longitude, latitude } = await position();
      this.show(choices(layers, (this.dataset["kinds"] ?? "").split("|"), longitude, latitude));
    } catch (error) {
      this.say(reason(error));
    } finally {
      button.removeAttribute("aria-disabled");
    }
  }

  private async layers(): Promise<Centres[]> {
    const names = (this.dataset["layers"] ?? "").split(" ").filter(Boolean);
    return Promise.all(names.map((name) => centres(name)));
  }

  private show(found: Choice[]): void {
    this.list.replaceChildren(...found.map(item));
    this.say(found.length > 0 ? "found" : "nothing");
  }

  private say(key: string): void {
    this.status.textContent = this.dataset[key] ?? "";
  }
}

async function centres(layer: string): Promise<Centres> {
  const response = await fetch(`/search/centres.json?${new URLSearchParams({ layer })}`);
  if (!response.ok) throw new TypeError(String(response.status));
  return (await response.json()) as Centres;
}

function position(): Promise<GeolocationCoordinates> {
  return new Promise((done, failed) => navigator.geolocation.getCurrentPosition(({ coords }) => done(coords), failed, POSITION));
}

/** The smallest places first: layers come from the largest to the smallest, and each gets a share of the choices. */
function choices(layers: Centres[], kinds: string[], longitude: number, latitude: number): Choice[] {
  const near = (layer: Centres, at: number): Choice[] => nearest(layer, longitude, latitude, CHOICES_MAX).map((place) => ({ ...place, kind: kinds[at] ?? "" }));
  const found = layers.map(near).reverse();
  const share = Math.ceil(CHOICES_MAX / Math.max(1, found.filter((places) => places.length > 0).length));
  return found.flatMap((places) => places.slice(0, share)).slice(0, CHOICES_MAX);
}

function item({ place, name, kind, context }: Choice): HTMLLIElement {
  const made = document.createElement("li");
  const link = document.createElement("a");
  link.href = `/place/${encodeURIComponent(place)}`;
  link.textContent = name;
  const held = document.createElement("span");
  held.className = "context";
  held.textContent = [kind, context].filter(Boolean).join(" · ");
  made.append(link, held);
  return made;
}

function reason(error: unknown): string {
  if (error instanceof GeolocationPositionError) return error.code === DENIED ? "denied" : "failed";
  return "offline";
}

export function defineNear(): void {
  if (!customElements.get("tequio-near")) customElements.define("tequio-near", TequioNear);
}
