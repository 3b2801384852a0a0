// <tequio-search>: turns the search form of every page into a combobox with suggestions (ARIA
// Authoring Practices, editable combobox with list autocomplete). Without it the form still searches.

interface Piece {
  text: string;
  met: boolean;
}

interface Row {
  /** Address of its page. */
  page: string;
  /** What it is, in the reader's language. */
  kind: string;
  /** What holds it. */
  context: string;
  name: Piece[];
}

interface Options {
  options: Row[];
  /** No place is called so; these may have been meant. */
  meant: boolean;
}

const WAIT_MS = 150;
/** An answer that comes sooner needs no word that it is awaited. */
const LOADING_AFTER_MS = 400;
const LETTERS_MIN = 2;

class TequioSearch extends HTMLElement {
  private input!: HTMLInputElement;
  private form!: HTMLFormElement;
  /** Holds the list and the line that says how the search stands; both appear and go together. */
  private readonly panel = document.createElement("div");
  private readonly list = document.createElement("ul");
  private readonly note = document.createElement("p");
  private readonly status = document.createElement("p");
  private rows: Row[] = [];
  private chosen = -1;
  private timer = 0;
  private request: AbortController | undefined;

  connectedCallback(): void {
    const input = this.querySelector("input");
    const form = this.querySelector("form");
    if (!input || !form || this.panel.isConnected) return;
    this.input = input;
    this.form = form;
    this.prepare();
    input.addEventListener("input", () => this.wait());
    input.addEventListener("keydown", (event) => this.key(event));
    input.addEventListener("blur", () => this.close());
    // The pointer must not take the focus from the field before the click arrives.
    this.panel.addEventListener("pointerdown", (event) => event.preventDefault());
    this.list.addEventListener("click", (event) => this.pick(event));
  }

  private prepare(): void {
    this.list.id = `${this.input.id}-list`;
    this.panel.className = "search-panel";
    this.panel.hidden = true;
    this.list.className = "search-results";
    this.list.setAttribute("role", "listbox");
    this.list.setAttribute("aria-label", this.input.labels?.[0]?.textContent ?? "");
    this.note.className = "search-note";
    this.note.setAttribute("aria-hidden", "true");
    this.status.className = "visually-hidden";
    this.status.setAttribute("role", "status");
    this.input.setAttribute("role", "combobox");
    this.input.setAttribute("aria-autocomplete", "list");
    this.input.setAttribute("aria-haspopup", "listbox");
    this.input.setAttribute("aria-expanded", "false");
    this.input.setAttribute("aria-controls", this.list.id);
    this.panel.append(this.note, this.list);
    this.append(this.panel, this.status);
  }

  private wait(): void {
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => void this.ask(), WAIT_MS);
  }

  private async ask(): Promise<void> {
    const text = this.input.value.trim();
    this.request?.abort();
    if (text.length < LETTERS_MIN) return this.close();
    const request = new AbortController();
    this.request = request;
    const slow = window.setTimeout(() => this.say(this.dataset["loading"]), LOADING_AFTER_MS);
    try {
      const query = new URLSearchParams({ q: text, lang: document.documentElement.lang });
      const response = await fetch(`/search/options?${query}`, { signal: request.signal, headers: { accept: "application/json" } });
      if (!response.ok) throw new Error(String(response.status));
      this.show((await response.json()) as Options);
    } catch {
      if (!request.signal.aborted) this.fail();
    } finally {
      clearTimeout(slow);
    }
  }

  /** Says so instead of silently closing: the reader would wait for a list that never comes. */
  private fail(): void {
    this.setRows([]);
    this.say(navigator.onLine ? this.dataset["failed"] : this.dataset["offline"]);
  }

  private show({ options, meant }: Options): void {
    this.setRows(options);
    if (options.length === 0) this.say(this.dataset["none"]);
    else this.say(meant ? this.dataset["meant"] : undefined, `${(meant ? this.dataset["meant"] : this.dataset["found"]) ?? ""} ${options.length}`);
  }

  private setRows(rows: Row[]): void {
    this.rows = rows;
    this.chosen = -1;
    this.input.removeAttribute("aria-activedescendant");
    this.list.replaceChildren(...rows.map((row, index) => this.option(row, index)));
  }

  /** A line above the list, and what a screen reader is told. */
  private say(line: string | undefined, told = line): void {
    this.note.textContent = line ?? "";
    this.note.hidden = !line;
    this.status.textContent = told ?? "";
    this.open(document.activeElement === this.input);
  }

  /** The list is expanded only when it has options; a line alone is no list. */
  private open(open: boolean): void {
    this.panel.hidden = !open;
    this.list.hidden = this.rows.length === 0;
    this.input.setAttribute("aria-expanded", String(open && this.rows.length > 0));
  }

  private option(row: Row, index: number): HTMLLIElement {
    const option = document.createElement("li");
    option.id = `${this.list.id}-${index}`;
    option.setAttribute("role", "option");
    option.setAttribute("aria-selected", "false");
    const name = element("span", "name");
    name.append(...row.name.map((piece) => (piece.met ? element("mark", "", piece.text) : piece.text)));
    option.append(name, " ", element("span", "kind", row.kind), " ", element("span", "context", row.context));
    return option;
  }

  private key(event: KeyboardEvent): void {
    if (event.isComposing || event.ctrlKey || event.metaKey) return;
    const step = this.step(event);
    if (step !== undefined) {
      event.preventDefault();
      this.choose(step);
    } else if (event.key === "Escape" && this.escape()) event.preventDefault();
    else if (event.key === "Enter" && !this.panel.hidden && this.chosen >= 0) {
      event.preventDefault();
      this.go(this.chosen);
    } else if (event.key === "Home" || event.key === "End") this.toField(event);
    else if (event.key === "Tab") this.close();
  }

  /** The option that a key leads to; -1 is the field itself. */
  private step(event: KeyboardEvent): number | undefined {
    const last = this.rows.length - 1;
    if (last < 0) return undefined;
    if (event.key === "ArrowDown") return event.altKey ? this.chosen : this.chosen >= last ? 0 : this.chosen + 1;
    if (event.key === "ArrowUp" && !event.altKey) return this.chosen <= 0 ? last : this.chosen - 1;
    return undefined;
  }

  /** Closes the list; where it is closed already, empties the field. */
  private escape(): boolean {
    if (this.panel.hidden) {
      this.input.value = "";
      return false;
    }
    this.close();
    return true;
  }

  /** Home and End are for the text (ARIA Authoring Practices): they leave the list. */
  private toField(event: KeyboardEvent): void {
    if (this.chosen < 0 || event.shiftKey) return;
    event.preventDefault();
    this.choose(-1);
    const at = event.key === "Home" ? 0 : this.input.value.length;
    this.input.setSelectionRange(at, at);
  }

  private choose(index: number): void {
    this.open(true);
    this.chosen = index;
    [...this.list.children].forEach((option, at) => {
      option.setAttribute("aria-selected", String(at === index));
      if (at === index) option.scrollIntoView({ block: "nearest" });
    });
    if (index >= 0) this.input.setAttribute("aria-activedescendant", `${this.list.id}-${index}`);
    else this.input.removeAttribute("aria-activedescendant");
  }

  private pick(event: Event): void {
    const option = (event.target as Element).closest("li");
    if (option) this.go([...this.list.children].indexOf(option));
  }

  private go(index: number): void {
    const row = this.rows[index];
    if (row) location.assign(row.page);
    else this.form.requestSubmit();
  }

  private close(): void {
    clearTimeout(this.timer);
    this.request?.abort();
    this.choose(-1);
    this.open(false);
  }
}

function element(tag: string, name: string, text = ""): HTMLElement {
  const made = document.createElement(tag);
  if (name) made.className = name;
  made.textContent = text;
  return made;
}

export function defineSearch(): void {
  if (!customElements.get("tequio-search")) customElements.define("tequio-search", TequioSearch);
}
