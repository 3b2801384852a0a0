// <tequio-save>: beside the link to a picture (SVG) a button that saves the same picture as PNG. The
// browser draws it; nothing is sent anywhere.

/** Pixels for each unit of the picture: sharp in print. */
const SCALE = 2;

class TequioSave extends HTMLElement {
  connectedCallback(): void {
    const link = this.querySelector<HTMLAnchorElement>("a[type='image/svg+xml']");
    if (!link || this.querySelector("button")) return;
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = this.dataset["png"] ?? "PNG";
    button.addEventListener("click", () => void this.save(link, button));
    link.after(" ", button);
  }

  private async save(link: HTMLAnchorElement, button: HTMLButtonElement): Promise<void> {
    button.disabled = true;
    try {
      const response = await fetch(link.href);
      if (!response.ok) throw new Error(String(response.status));
      const png = await toPng(await response.blob());
      const name = (link.getAttribute("download") || "figure.svg").replace(/\.svg$/, ".png");
      offer(png, name);
    } catch {
      this.say(this.dataset["failed"] ?? "");
    } finally {
      button.disabled = false;
    }
  }

  private say(text: string): void {
    const status = this.querySelector("[role=status]") ?? this.appendChild(document.createElement("span"));
    status.setAttribute("role", "status");
    status.textContent = text;
  }
}

async function toPng(svg: Blob): Promise<Blob> {
  const address = URL.createObjectURL(new Blob([svg], { type: "image/svg+xml" }));
  try {
    const image = new Image();
    image.src = address;
    await image.decode();
    const canvas = document.createElement("canvas");
    canvas.width = image.naturalWidth * SCALE;
    canvas.height = image.naturalHeight * SCALE;
    const context = canvas.getContext("2d");
    if (!context) throw new Error("no canvas");
    context.drawImage(image, 0, 0, canvas.width, canvas.height);
    return await new Promise((done, fail) => canvas.toBlob((blob) => (blob ? done(blob) : fail(new Error("no image"))), "image/png"));
  } finally {
    URL.revokeObjectURL(address);
  }
}

function offer(file: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(file);
  link.download = name;
  link.click();
  // The download has its own hold on the file by then.
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

export function defineSave(): void {
  if (!customElements.get("tequio-save")) customElements.define("tequio-save", TequioSave);
}
