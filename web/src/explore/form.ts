// <tequio-explore>: the filter form of the explore page. Empty fields stay out of the address, which
// holds the whole view, and the map stays where it is.

class TequioExplore extends HTMLElement {
  connectedCallback(): void {
    const form = this.querySelector("form");
    if (!form) return;
    form.addEventListener("formdata", (event) => {
      const empty = [...event.formData.entries()].filter(([, value]) => value === "");
      empty.forEach(([name]) => event.formData.delete(name));
    });
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.send(form);
    });
  }

  /** The position of the map stands after the `#`. */
  private send(form: HTMLFormElement): void {
    const pairs = [...new FormData(form).entries()].map(([name, value]) => [name, String(value)]);
    const query = new URLSearchParams(pairs).toString();
    location.assign(`${form.action}${query ? `?${query}` : ""}${location.hash}`);
  }
}

export function defineExploreForm(): void {
  if (!customElements.get("tequio-explore")) customElements.define("tequio-explore", TequioExplore);
}
