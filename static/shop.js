// Enhances what the server made. Without this script every link and form works as it is.
"use strict";

// Where htmx gets no answer to show, the form is sent the plain way, so the page that says
// why is seen.
for (const failure of ["htmx:sendError", "htmx:responseError"]) {
  document.addEventListener(failure, (event) => {
    const form = event.detail.elt.closest("form");
    if (form) form.submit();
  });
}

// What is said about something that was done in place has to be seen wherever one is.
document.addEventListener("htmx:oobAfterSwap", (event) => {
  if (event.detail.target.id === "messages") event.detail.target.classList.add("floating");
});

// A quantity that is changed while another one is on its way stays, and is sent in its turn.
let waiting = [];

document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  if (detail.target.id !== "cart") return;
  const { elt, parameters } = detail.requestConfig;
  waiting = [...detail.target.querySelectorAll("input[name=quantity]")].filter(
    (input) => input.value !== (input.form === elt ? parameters.quantity : input.defaultValue),
  );
});

document.addEventListener("htmx:afterSettle", () => {
  for (const { id, value } of waiting.splice(0)) {
    const input = document.getElementById(id);
    if (!input || input.value === value) continue;
    input.value = value;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  }
});

// Where what had the focus is gone, as a line that was set to nothing, reading goes on here.
document.addEventListener("htmx:afterSettle", () => {
  if (document.activeElement === document.body) {
    document.getElementById("main").focus({ preventScroll: true });
  }
});

// The filters of a phone are a drawer: Escape closes it, and so does going on behind it.
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

// A picture that cannot be fetched or read becomes the drawn one. Errors do not bubble.
function drawInstead(picture) {
  const { placeholder } = picture.dataset;
  if (!placeholder) return;
  delete picture.dataset.placeholder;
  picture.parentElement.querySelectorAll("source").forEach((source) => source.remove());
  picture.src = placeholder;
}

addEventListener("error", ({ target }) => target.matches?.("img.picture") && drawInstead(target), true);
document.querySelectorAll("img.picture").forEach((picture) => {
  if (picture.complete && picture.naturalWidth === 0) drawInstead(picture);
});

// A secret that is shown this once: reaching it selects it all, and a button copies it.
document.querySelectorAll("button[data-copy]").forEach((button) => {
  const secret = document.getElementById(button.dataset.copy);
  secret.addEventListener("focus", () => secret.select());
  button.hidden = !navigator.clipboard; // which browsers give to https and to this machine only
  button.addEventListener("click", async () => {
    secret.select();
    try {
      await navigator.clipboard.writeText(secret.value);
      button.parentElement.querySelector("[role=status]").textContent = button.dataset.copied;
    } catch {
      secret.focus(); // it is selected, to be copied by hand
    }
  });
});

// Suggests questions as one types: a combobox with a listbox, as ARIA 1.2 describes it.
// Without this script, or with the API away, the box is a box.
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
    input.addEventListener("input", () => this.askSoon());
    input.addEventListener("keydown", (event) => this.obey(event));
    input.addEventListener("blur", () => this.close());
    this.list.addEventListener("mousedown", (event) => this.take(event));
  }

  askSoon() {
    clearTimeout(this.waiting);
    this.waiting = setTimeout(() => this.ask(), Suggestions.waitMs);
  }

  async ask() {
    const typed = this.input.value.trim();
    if (!typed) return this.close();
    this.asking?.abort();
    const asking = (this.asking = new AbortController());
    try {
      const answer = await fetch(`/api/v1/suggest/?q=${encodeURIComponent(typed)}`, {
        signal: asking.signal,
      });
      const suggestions = answer.ok ? (await answer.json()).suggestions : [];
      if (asking === this.asking && document.activeElement === this.input) this.show(suggestions);
    } catch {
      if (asking === this.asking) this.show([]); // a box is a box
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
    clearTimeout(this.waiting);
    this.asking?.abort();
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

  obey(event) {
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

// Tells again what is left of the items on the page, every few seconds while it is looked at.
async function tellStock() {
  const shown = [...document.querySelectorAll("[data-stock-of]")];
  const watched = new Set(shown.map((part) => part.dataset.stockOf));
  if (watched.size === 0 || document.visibilityState !== "visible") return;
  const asked = new URLSearchParams([...watched].slice(0, 100).map((key) => ["item", key]));
  try {
    const answer = await fetch(`/items/stock/?${asked}`);
    if (!answer.ok) return;
    const told = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const fresh of told.querySelectorAll("[data-stock-of]")) {
      for (const stale of document.querySelectorAll(`[data-stock-of="${fresh.dataset.stockOf}"]`)) {
        if (stale.textContent !== fresh.textContent) stale.replaceWith(fresh.cloneNode(true));
      }
    }
  } catch {
    // what the page says stays until the next time
  }
}

setInterval(tellStock, 5000);
document.addEventListener("visibilitychange", tellStock);
