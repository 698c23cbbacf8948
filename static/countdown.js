// Counts down the seconds that the server said were left when it made this page.
// The server alone decides: when this reaches zero, it only offers to hold again.
"use strict";

const countdown = document.querySelector("[data-seconds-left]");
const announcer = countdown.querySelector("[data-countdown-announcer]");
const begun = performance.now();
const begunByWallClock = Date.now();
const given = Number(countdown.dataset.secondsLeft);
const announced = new Set([300, 120, 60, 0].filter((mark) => mark >= given && mark > 0));

function secondsLeft() {
  return Math.max(0, Math.ceil(given - (performance.now() - begun) / 1000));
}

function show() {
  const left = secondsLeft();
  const clock = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
  countdown.querySelector(".countdown-left").textContent = clock;
  announce(left);
  if (left === 0) end();
}

// Only the last mark passed is said, so that a page that slept does not say all of them.
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

// A computer that slept, or a page brought back from memory, asks the server anew.
function askAnewAfterSleep() {
  const slept = Date.now() - begunByWallClock - (performance.now() - begun);
  if (document.visibilityState === "visible" && Math.abs(slept) > 2000) location.reload();
}

document.addEventListener("visibilitychange", askAnewAfterSleep);
addEventListener("pageshow", (event) => event.persisted && location.reload());

countdown.querySelector(".countdown-clock").hidden = false;
const ticking = setInterval(show, 1000);
show();
