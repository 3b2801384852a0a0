// <tequio-explore>: the explore page changes in place. Every choice on it is a link to the page with
// that choice made; here the link is fetched and the parts of the page that differ are put in place
// of the old ones. The server draws everything, so that what scripts show is what the address shows.
import { brushTime } from "./brush-time.ts";
import { brushWeek } from "./brush-week.ts";
import { replaceParts } from "./parts.ts";
import type { TequioMap } from "../map/element.ts";

/** A wish for another view. */
interface Wish {
  address: string;
  /** False while a brush is being dragged: only its end is a step to go back to. */
  final: boolean;
  /** The part under the pointer, which must not be replaced. */
  held: string | undefined;
  /** True for what was written into the form: what is wrong with it is told there. */
  written?: boolean;
}

/** Choices that stay out of the address: without them the page is the same. */
const USUAL = new Set(["level=auto", "layer=counts"]);
/** Parts that wait for the end of a drag when the map shows an analysis, which takes longer than a count. */
const OF_LAYER = ["x-show", "x-picture", "x-side"];

/** A hand that has not moved for so long rests. */
const RESTING_MS = 150;

class TequioExplore extends HTMLElement {
  private wish: Wish | undefined;
  private busy = false;
  private resting = 0;
  /** Address without the position of the map. */
  private shown = "";

  connectedCallback(): void {
    this.shown = addressOf(location.href);
    this.addEventListener("click", (event) => this.follow(event));
    this.addEventListener("submit", (event) => this.send(event));
    this.addEventListener("change", (event) => this.choose(event));
    this.addEventListener("tequio-progress", (event) => this.tell((event as CustomEvent<{ progress: number | null }>).detail.progress));
    this.addEventListener("tequio-narrow", (event) => this.narrow((event as CustomEvent<Record<string, string | null>>).detail));
    brushTime(this, (change, final) => this.change(change, final, "x-time"));
    brushWeek(this, (change, final) => this.change(change, final, "x-week"));
    addEventListener("popstate", this.back);
    completeCodes(this);
  }

  disconnectedCallback(): void {
    removeEventListener("popstate", this.back);
  }

  private readonly back = (): void => {
    if (addressOf(location.href) !== this.shown) void this.go({ address: addressOf(location.href), final: false, held: undefined });
  };

  private follow(event: MouseEvent): void {
    const link = (event.target as Element).closest<HTMLAnchorElement>("a[data-brush]");
    if (!link || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    void this.go({ address: addressOf(link.href), final: true, held: undefined });
  }

  /** Empty fields stay out of the address. */
  private send(event: SubmitEvent): void {
    const form = event.target as HTMLFormElement;
    event.preventDefault();
    const pairs = [...new FormData(form).entries()].map(([name, value]) => [name, String(value).trim()]);
    const query = new URLSearchParams(pairs.filter(([name, value]) => value !== "" && !USUAL.has(`${name}=${value}`)));
    void this.go({ address: addressOf(`${form.action}?${query}`), final: true, held: undefined, written: true });
  }

  /** What the map shows is chosen at once; the other fields wait for the button. */
  private choose(event: Event): void {
    const field = event.target;
    if (!(field instanceof HTMLInputElement) || field.name !== "layer") return;
    this.change({ layer: field.value === "counts" ? null : field.value }, true, undefined);
  }

  /** How far the layer of the map is: a share, null where it is not known, 1 when it is there. */
  private tell(progress: number | null): void {
    const line = this.querySelector<HTMLElement>("#x-layer-progress");
    const bar = line?.querySelector("progress");
    if (!line || !bar) return;
    line.hidden = progress === 1;
    if (progress === null) bar.removeAttribute("value");
    else bar.value = progress;
    const text = line.querySelector("span");
    if (text) text.textContent = progress === null ? "" : `${Math.floor(progress * 100)}%`;
  }

  /** The map names a place or a box. */
  private narrow(change: Record<string, string | null>): void {
    this.change(change, true, undefined);
  }

  /** Sets or, with null, drops names of the address. */
  private change(change: Record<string, string | null>, final: boolean, held: string | undefined): void {
    const url = new URL(this.wish?.address ?? this.shown, location.href);
    for (const [name, value] of Object.entries(change)) {
      if (value === null) url.searchParams.delete(name);
      else url.searchParams.set(name, value);
    }
    void this.go({ address: addressOf(url.href), final, held: final ? undefined : held });
  }

  /** One question at a time; of the wishes that come meanwhile only the last is asked. */
  private async go(wish: Wish): Promise<void> {
    this.wish = wish;
    if (this.busy) return;
    this.busy = true;
    while (this.wish) {
      const next: Wish = this.wish;
      await this.show(next);
      if (this.wish === next) this.wish = undefined;
    }
    this.busy = false;
  }

  private async show(wish: Wish): Promise<void> {
    const start = performance.now();
    // Only a slow answer is announced; a quick one speaks for itself.
    const slow = setTimeout(() => this.say(this.dataset["busy"]), 400);
    try {
      const [address, held] = lightened(wish);
      const response = await fetch(address, { headers: { accept: "text/html" } });
      const fresh = new DOMParser().parseFromString(await response.text(), "text/html");
      if (!response.ok) return this.refuse(fresh, wish);
      completeCodes(fresh);
      replaceParts(this, fresh, held);
      this.remember(wish);
      if (address === wish.address) this.showOnMap(fresh.querySelector<HTMLElement>("tequio-map")?.dataset["settings"], wish.final);
      this.say(this.querySelector(".answer")?.textContent ?? "");
      this.dataset["answered"] = (performance.now() - start).toFixed(1);
    } catch {
      this.say(navigator.onLine ? this.dataset["failed"] : this.dataset["offline"], true);
    } finally {
      clearTimeout(slow);
    }
  }

  /** What is wrong with the form is told beside its fields, what is wrong with another choice below; what is shown stays. */
  private refuse(fresh: Document, wish: Wish): void {
    const [summary, form] = [fresh.querySelector<HTMLElement>(".error-summary"), fresh.querySelector("#x-form")];
    if (!summary || !form || !wish.written) return this.say(troubleOf(fresh) || this.dataset["failed"], true);
    this.querySelector("#x-faults")?.replaceChildren(summary);
    this.querySelector("#x-form")?.replaceWith(form);
    this.say("");
    summary.focus();
  }

  /** While the hand moves the map waits: drawing it for every step would hold up the figures. */
  private showOnMap(settings: string | undefined, now: boolean): void {
    clearTimeout(this.resting);
    this.resting = window.setTimeout(() => this.querySelector<TequioMap>("tequio-map")?.update?.(settings), now ? 0 : RESTING_MS);
  }

  /** A drag on its way leaves no trace in the history: back leads to what was before it. */
  private remember(wish: Wish): void {
    this.shown = wish.address;
    if (wish.final && addressOf(location.href) !== wish.address) history.pushState(null, "", wish.address + location.hash);
  }

  private say(text: string | undefined, visible = false): void {
    const status = this.querySelector("#x-status");
    if (!status) return;
    status.textContent = text ?? "";
    status.classList.toggle("visually-hidden", !visible);
    status.classList.toggle("explore-trouble", visible);
  }
}

/** What is fetched for a wish, and the parts that stay: while a brush is dragged the counts follow it, the analysis waits. */
function lightened(wish: Wish): [string, string[]] {
  const held = wish.held ? [wish.held] : [];
  const url = new URL(wish.address, location.href);
  if (wish.final || !url.searchParams.has("layer")) return [wish.address, held];
  url.searchParams.delete("layer");
  return [addressOf(url.href), [...held, ...OF_LAYER]];
}

/** What the page of a problem says; what is shown stays. */
function troubleOf(page: Document): string {
  const told = page.querySelector(".error-summary") ? [".error-summary strong", ".error-summary li"] : ["h1", ".lead", ".problem-detail"];
  const parts = told.map((selector) => page.querySelector(selector)?.textContent?.trim() ?? "");
  return parts.filter((text) => text !== "").map((text) => (/[.?!]$/.test(text) ? text : `${text}.`)).join(" ");
}

/** The server does not know by which name it is reached; the code for other sites' pages needs it. */
function completeCodes(root: ParentNode): void {
  root.querySelectorAll("[data-embed]").forEach((code) => {
    code.textContent = code.textContent?.replace("https://…/", `${location.origin}/`) ?? "";
  });
}

/** Path and query: what the server is asked for. */
function addressOf(href: string): string {
  const url = new URL(href, location.href);
  return url.pathname + url.search;
}

export function defineExplore(): void {
  if (!customElements.get("tequio-explore")) customElements.define("tequio-explore", TequioExplore);
}
