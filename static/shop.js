// Puts things in the cart without leaving the page. Without this script the same
// form posts, and the server comes back to the same page.
"use strict";

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!form.matches("form[data-in-place]")) return;
  event.preventDefault();
  if (form.ariaBusy === "true") return;
  form.ariaBusy = "true";
  try {
    const answer = await fetch(form.action, { method: "POST", body: new FormData(form) });
    if (!answer.ok) throw new Error(answer.statusText);
    takeOver(new DOMParser().parseFromString(await answer.text(), "text/html"));
  } catch {
    form.submit();
  } finally {
    form.ariaBusy = "false";
  }
});

// The messages and the size of the cart are the same on every page.
function takeOver(page) {
  const messages = document.getElementById("messages");
  messages.replaceChildren(...page.getElementById("messages").children);
  messages.classList.add("floating");
  document.getElementById("cart-link").replaceWith(page.getElementById("cart-link"));
}
