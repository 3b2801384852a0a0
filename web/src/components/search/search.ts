// <tequio-search>: turns the search form of every page into a combobox with suggestions (ARIA
// Authoring Practices, combobox with listbox popup). Without it the form still searches.

interface Found {
  place: string;
  name: string;
  context: string;
  /** Address of its page. */
  page: string;
}

const WAIT_MS = 150;
const RESULTS_MAX = 8;
const LETTERS_MIN = 2;

class TequioSearch extends HTMLElement {
  private input!: HTMLInputElement;
  private readonly list = document.createElement("ul");
  private readonly status = document.createElement("p");
  private found: Found[] = [];
  private chosen = -1;
  private timer = 0;
  private request: AbortController | undefined;

  connectedCallback(): void {
    const input = this.querySelector("input");
    if (!input || this.list.isConnected) return;
    this.input = input;
    this.prepare();
    input.addEventListener("input", () => this.wait());
    input.addEventListener("keydown", (event) => this.key(event));
    input.addEventListener("blur", () => this.close());
    // The pointer must not take the focus from the field before the click arrives.
    this.list.addEventListener("pointerdown", (event) => event.preventDefault());
    this.list.addEventListener("click", (event) => this.pick(event));
  }

  private prepare(): void {
    this.list.id = `${this.input.id}-list`;
    this.list.className = "search-results";
    this.list.hidden = true;
    this.list.setAttribute("role", "listbox");
    this.list.setAttribute("aria-label", this.input.labels?.[0]?.textContent ?? "");
    this.status.className = "visually-hidden";
    this.status.setAttribute("role", "status");
    this.input.setAttribute("role", "combobox");
    this.input.setAttribute("aria-autocomplete", "list");
    this.input.setAttribute("aria-expanded", "false");
    this.input.setAttribute("aria-controls", this.list.id);
    this.append(this.list, this.status);
  }

  private wait(): void {
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => void this.ask(), WAIT_MS);
  }

  private async ask(): Promise<void> {
    const text = this.input.value.trim();
    this.request?.abort();
    if (text.length < LETTERS_MIN) {
      this.close();
      return;
    }
    this.request = new AbortController();
    try {
      const address = `/api/v1/places?q=${encodeURIComponent(text)}&limit=${RESULTS_MAX}`;
      const response = await fetch(address, { signal: this.request.signal, headers: { accept: "application/json" } });
      if (!response.ok) throw new Error(String(response.status));
      const answer = (await response.json()) as { places: Found[] };
      this.show(answer.places);
    } catch {
      // The next letter asks again, and the button searches without us.
      this.close();
    }
  }

  private show(found: Found[]): void {
    this.found = found;
    this.chosen = -1;
    this.list.replaceChildren(...found.map((place, index) => this.option(place, index)));
    const open = found.length > 0 && document.activeElement === this.input;
    this.list.hidden = !open;
    this.input.setAttribute("aria-expanded", String(open));
    this.input.removeAttribute("aria-activedescendant");
    this.status.textContent = found.length > 0 ? `${this.dataset["found"] ?? ""} ${found.length}` : (this.dataset["none"] ?? "");
  }

  private option(place: Found, index: number): HTMLLIElement {
    const option = document.createElement("li");
    option.id = `${this.list.id}-${index}`;
    option.setAttribute("role", "option");
    option.setAttribute("aria-selected", "false");
    const context = document.createElement("span");
    context.className = "context";
    context.textContent = place.context;
    option.append(place.name, context);
    return option;
  }

  private key(event: KeyboardEvent): void {
    const last = this.found.length - 1;
    if (event.key === "Escape" && !this.list.hidden) {
      event.preventDefault();
      this.close();
    } else if (event.key === "ArrowDown" && last >= 0) {
      event.preventDefault();
      this.choose(this.chosen >= last ? 0 : this.chosen + 1);
    } else if (event.key === "ArrowUp" && last >= 0) {
      event.preventDefault();
      this.choose(this.chosen <= 0 ? last : this.chosen - 1);
    } else if (event.key === "Enter" && !this.list.hidden && this.chosen >= 0) {
      event.preventDefault();
      this.go(this.chosen);
    }
  }

  private choose(index: number): void {
    this.list.hidden = false;
    this.input.setAttribute("aria-expanded", "true");
    this.chosen = index;
    [...this.list.children].forEach((option, at) => {
      option.setAttribute("aria-selected", String(at === index));
      if (at === index) option.scrollIntoView({ block: "nearest" });
    });
    this.input.setAttribute("aria-activedescendant", `${this.list.id}-${index}`);
  }

  private pick(event: Event): void {
    const option = (event.target as Element).closest("li");
    if (option) this.go([...this.list.children].indexOf(option));
  }

  private go(index: number): void {
    const place = this.found[index];
    if (place) location.assign(place.page);
  }

  private close(): void {
    clearTimeout(this.timer);
    this.list.hidden = true;
    this.chosen = -1;
    this.input.setAttribute("aria-expanded", "false");
    this.input.removeAttribute("aria-activedescendant");
  }
}

export function defineSearch(): void {
  if (!customElements.get("tequio-search")) customElements.define("tequio-search", TequioSearch);
}
