// <tequio-proof>: beside the text of a proof that is in the page, a button that checks it in this browser. Nothing is
// fetched and nothing is sent. The words come with the page; the key of the log and those of the witnesses too.
import { ProofError, type Trust, type Verified, verify } from "./verify.ts";

class TequioProof extends HTMLElement {
  connectedCallback(): void {
    const text = this.querySelector("pre");
    if (!text || this.querySelector("button")) return;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button";
    button.textContent = this.dataset["verify"] ?? "Verificar";
    const status = document.createElement("p");
    status.setAttribute("role", "status");
    button.addEventListener("click", () => this.check(text.textContent ?? "", status));
    this.append(button, status);
  }

  private check(text: string, status: HTMLElement): void {
    try {
      status.textContent = this.words(verify(text, this.trust()));
      this.dataset["state"] = "verified";
    } catch (error) {
      const step = error instanceof ProofError ? error.step : "format";
      status.textContent = `${this.dataset["refused"] ?? ""} ${this.dataset[step] ?? step}`.trim();
      this.dataset["state"] = "refused";
    }
  }

  private trust(): Trust {
    const list = (name: string): string[] => (this.dataset[name] ?? "").split(/\s+/).filter(Boolean);
    return { keys: list("keys"), witnesses: list("witnessKeys"), quorum: Number(this.dataset["policy"] ?? 0) };
  }

  /** The page's sentence with the numbers in it. */
  private words({ index, size, origin, witnesses }: Verified): string {
    const numbers: Record<string, string | number> = { index, size, origin, witnesses };
    return (this.dataset["verified"] ?? "").replace(/\{(\w+)\}/g, (whole, name: string) => String(numbers[name] ?? whole));
  }
}

export function defineProof(): void {
  if (!customElements.get("tequio-proof")) customElements.define("tequio-proof", TequioProof);
}
