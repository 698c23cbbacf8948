// Counts down the seconds of the hold, as the server wrote them into this page.
// Only the server ends a hold: at zero this script offers to hold the cart again.
"use strict";

const countdown = document.querySelector("[data-seconds-left]");
const announcer = countdown.querySelector("[data-countdown-announcer]");
const startedAt = performance.now();
const startedAtWallClock = Date.now();
const initialSeconds = Number(countdown.dataset.secondsLeft);
const announced = new Set([300, 120, 60, 0].filter((mark) => mark >= initialSeconds && mark > 0));

function secondsLeft() {
  return Math.max(0, Math.ceil(initialSeconds - (performance.now() - startedAt) / 1000));
}

function show() {
  const left = secondsLeft();
  const clock = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
  countdown.querySelector(".countdown-left").textContent = clock;
  announce(left);
  if (left === 0) end();
}

// Announces only the last mark passed, because several may have passed while the page slept.
function announce(left) {
  const passed = [300, 120, 60, 0].filter((mark) => left <= mark && !announced.has(mark));
  if (passed.length === 0) return;
  passed.forEach((mark) => announced.add(mark));
  announcer.textContent = announcer.dataset[`at-${passed.at(-1)}`] ?? "";
}

function end() {
  clearInterval(ticking);
  countdown.classList.add("is-over");
  countdown.querySelector(".countdown-until").hidden = true;
  countdown.querySelector(".countdown-clock").hidden = true;
  countdown.querySelector(".countdown-over").hidden = false;
  const isLosingFocus = document.activeElement.closest("[data-while-held]");
  document.querySelectorAll("[data-while-held]").forEach((part) => (part.hidden = true));
  if (isLosingFocus) countdown.querySelector(".countdown-over button").focus();
}

// Reloads the page after the computer slept, or when the browser restores it from memory.
function refreshAfterSleep() {
  const slept = Date.now() - startedAtWallClock - (performance.now() - startedAt);
  if (document.visibilityState === "visible" && Math.abs(slept) > 2000) location.reload();
}

document.addEventListener("visibilitychange", refreshAfterSleep);
addEventListener("pageshow", (event) => event.persisted && location.reload());

countdown.querySelector(".countdown-clock").hidden = false;
const ticking = setInterval(show, 1000);
show();
