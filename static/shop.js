// Enhances the server's pages. Every link and form also works without this script.
"use strict";

// When htmx gets no response that it can show, the browser submits the form itself and shows
// the error page.
for (const failure of ["htmx:sendError", "htmx:responseError"]) {
  document.addEventListener(failure, (event) => {
    const form = event.detail.elt.closest("form");
    if (form) form.submit();
  });
}

// A message about a change in place floats, so that it is visible at any scroll position.
document.addEventListener("htmx:oobAfterSwap", (event) => {
  if (event.detail.target.id === "messages") event.detail.target.classList.add("floating");
});

// A quantity that is changed during a request for another one is kept, and sent afterwards.
let changedInputs = [];

document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  if (detail.target.id !== "cart") return;
  const { elt, parameters } = detail.requestConfig;
  changedInputs = [...detail.target.querySelectorAll("input[name=quantity]")].filter(
    (input) => input.value !== (input.form === elt ? parameters.quantity : input.defaultValue),
  );
});

document.addEventListener("htmx:afterSettle", () => {
  for (const { id, value } of changedInputs.splice(0)) {
    const input = document.getElementById(id);
    if (!input || input.value === value) continue;
    input.value = value;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  }
});

// When the focused element is removed, such as a cart line set to 0, the main part gets the focus.
document.addEventListener("htmx:afterSettle", () => {
  if (document.activeElement === document.body) {
    document.getElementById("main").focus({ preventScroll: true });
  }
});

// On a phone the filters are a drawer: Escape closes it, and so does a focus behind it.
document.addEventListener("keydown", (event) => {
  const drawer = document.querySelector("details.filters[open]");
  if (!drawer || event.key !== "Escape" || event.defaultPrevented) return;
  drawer.open = false;
  drawer.querySelector("summary").focus();
});

document.addEventListener("focusin", ({ target }) => {
  const drawer = document.querySelector("details.filters[open]");
  const isElsewhere = drawer && !drawer.contains(target) && !target.contains(drawer);
  if (isElsewhere && matchMedia("(max-width: 59.99rem)").matches) drawer.open = false;
});

// A placeholder replaces a picture that cannot be loaded. Errors do not bubble.
function showPlaceholder(picture) {
  const { placeholder } = picture.dataset;
  if (!placeholder) return;
  delete picture.dataset.placeholder;
  picture.parentElement.querySelectorAll("source").forEach((source) => source.remove());
  picture.src = placeholder;
}

addEventListener("error", ({ target }) => target.matches?.("img.picture") && showPlaceholder(target), true);
document.querySelectorAll("img.picture").forEach((picture) => {
  if (picture.complete && picture.naturalWidth === 0) showPlaceholder(picture);
});

// Only a script can ask the browser for a passkey, so it shows the buttons for it.
document.querySelectorAll("[data-needs-passkeys]").forEach((button) => {
  button.hidden = !window.PublicKeyCredential; // over https and on localhost only
});

// A secret is shown only once: focusing it selects all of it, and a button copies it.
document.querySelectorAll("button[data-copy]").forEach((button) => {
  const secret = document.getElementById(button.dataset.copy);
  secret.addEventListener("focus", () => secret.select());
  button.hidden = !navigator.clipboard; // available over https and on localhost only
  button.addEventListener("click", async () => {
    secret.select();
    try {
      await navigator.clipboard.writeText(secret.value);
      button.parentElement.querySelector("[role=status]").textContent = button.dataset.copied;
    } catch {
      secret.focus(); // selects it, to be copied by hand
    }
  });
});

// Suggests queries during typing: a combobox with a listbox, as in ARIA 1.2.
// Without this script or the API, the search box has no suggestions.
class Suggestions {
  static waitMs = 80;

  constructor(input) {
    this.input = input;
    this.list = document.createElement("ul");
    this.list.id = `${input.id}-suggestions`;
    this.list.className = "suggestions";
    this.list.role = "listbox";
    this.list.ariaLabel = input.dataset.suggest;
    this.list.hidden = true;
    input.after(this.list);
    input.role = "combobox";
    input.autocomplete = "off";
    input.setAttribute("aria-autocomplete", "list");
    input.setAttribute("aria-controls", this.list.id);
    input.ariaExpanded = "false";
    input.addEventListener("input", () => this.requestSoon());
    input.addEventListener("keydown", (event) => this.handleKey(event));
    input.addEventListener("blur", () => this.close());
    this.list.addEventListener("mousedown", (event) => this.take(event));
  }

  requestSoon() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.request(), Suggestions.waitMs);
  }

  async request() {
    const typed = this.input.value.trim();
    if (!typed) return this.close();
    this.controller?.abort();
    const controller = (this.controller = new AbortController());
    try {
      const response = await fetch(`/api/v1/suggest/?q=${encodeURIComponent(typed)}`, {
        signal: controller.signal,
      });
      const suggestions = response.ok ? (await response.json()).suggestions : [];
      if (controller === this.controller && document.activeElement === this.input) this.show(suggestions);
    } catch {
      if (controller === this.controller) this.show([]);
    }
  }

  show(suggestions) {
    const options = suggestions.map((text, index) => {
      const option = document.createElement("li");
      option.id = `${this.list.id}-${index}`;
      option.role = "option";
      option.dir = "auto";
      option.textContent = text;
      return option;
    });
    this.list.replaceChildren(...options);
    this.list.hidden = options.length === 0;
    this.input.ariaExpanded = String(!this.list.hidden);
    this.choose(-1);
  }

  close() {
    clearTimeout(this.timer);
    this.controller?.abort();
    this.show([]);
  }

  choose(index) {
    this.chosen = index;
    [...this.list.children].forEach((option, n) => (option.ariaSelected = String(n === index)));
    const option = this.list.children[index];
    if (option) {
      this.input.setAttribute("aria-activedescendant", option.id);
      option.scrollIntoView({ block: "nearest" });
    } else {
      this.input.removeAttribute("aria-activedescendant");
    }
  }

  handleKey(event) {
    const count = this.list.children.length;
    if (event.isComposing || !count) return;
    if (event.key === "ArrowDown") this.choose((this.chosen + 1) % count);
    else if (event.key === "ArrowUp") this.choose((Math.max(this.chosen, 0) - 1 + count) % count);
    else if (event.key === "Escape") this.close();
    else if (event.key === "Enter" && this.chosen >= 0) {
      this.input.value = this.list.children[this.chosen].textContent;
      this.close();
      return;
    } else return;
    event.preventDefault();
  }

  take(event) {
    const option = event.target.closest("[role=option]");
    if (!option || event.button !== 0) return;
    event.preventDefault();
    this.input.value = option.textContent;
    this.close();
    this.input.form.requestSubmit();
  }
}

document.querySelectorAll("input[data-suggest]").forEach((input) => new Suggestions(input));

// Refreshes the stock of the items on the page every few seconds, while the page is visible.
async function refreshStock() {
  const shown = [...document.querySelectorAll("[data-stock-of]")];
  const watched = new Set(shown.map((part) => part.dataset.stockOf));
  if (watched.size === 0 || document.visibilityState !== "visible") return;
  const parameters = new URLSearchParams([...watched].slice(0, 100).map((key) => ["item", key]));
  try {
    const response = await fetch(`/items/stock/?${parameters}`);
    if (!response.ok) return;
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    for (const fresh of page.querySelectorAll("[data-stock-of]")) {
      for (const stale of document.querySelectorAll(`[data-stock-of="${fresh.dataset.stockOf}"]`)) {
        if (stale.textContent !== fresh.textContent) stale.replaceWith(fresh.cloneNode(true));
      }
    }
  } catch {
    // the page shows the old stock until the next refresh
  }
}

setInterval(refreshStock, 5000);
document.addEventListener("visibilitychange", refreshStock);
