// <tequio-job>: how far a computation is, without loading the page again. The server says it; when the answer is
// there, its page takes the place of this one. Without scripts the page comes again by itself.

/** How often to look. */
const LOOK_EVERY_MS = 1000;
/** How often, in per cent, the number is said aloud. */
const SAID_EVERY = 10;

interface Job {
  state: "queued" | "running" | "done" | "failed" | "cancelled";
  progress: number;
}

class TequioJob extends HTMLElement {
  private timer = 0;

  connectedCallback(): void {
    void this.look();
  }

  /** Taken out of the page, for another question: what nobody waits for any more is given up. */
  disconnectedCallback(): void {
    clearTimeout(this.timer);
    void fetch(this.dataset["job"] ?? "", { method: "DELETE", keepalive: true }).catch(() => undefined);
  }

  private async look(): Promise<void> {
    const job = await this.asked();
    // Taken out in the meantime: the reader is elsewhere, and stays there.
    if (!this.isConnected) return;
    if (job?.state === "done") return this.go(this.dataset["answer"]);
    if (job?.state === "failed" || job?.state === "cancelled") return this.go(this.dataset["page"]);
    if (job) this.show(job);
    this.timer = window.setTimeout(() => void this.look(), LOOK_EVERY_MS);
  }

  private async asked(): Promise<Job | undefined> {
    try {
      const response = await fetch(this.dataset["job"] ?? "", { headers: { accept: "application/json" } });
      // Who knows it no more sends us to the question itself.
      if (response.status === 404) return { state: "done", progress: 1 };
      return response.ok ? ((await response.json()) as Job) : undefined;
    } catch {
      // The network may come back.
      return undefined;
    }
  }

  private show({ state, progress }: Job): void {
    const percent = Math.floor(progress * 100);
    this.querySelector("progress")?.setAttribute("value", String(percent));
    const said = String(Math.floor(percent / SAID_EVERY) * SAID_EVERY);
    const text = state === "queued" ? this.dataset["queued"] : this.dataset["running"]?.replace("{percent}", said);
    const status = this.querySelector("[aria-live]");
    if (status && text && status.textContent !== text) status.textContent = text;
  }

  private go(address: string | undefined): void {
    if (address) location.replace(address);
  }
}

export function defineJob(): void {
  if (!customElements.get("tequio-job")) customElements.define("tequio-job", TequioJob);
}
