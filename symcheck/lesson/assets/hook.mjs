// The two networks of the beginning, in pictures that were computed when the page was made.

import { onState, remember, wholeIn } from "./address.mjs";
import { fixed, updates } from "./numbers.mjs";

const BEAT = 250;

export function startHook(data, settings) {
  const figure = document.getElementById("race");
  const range = figure.querySelector("input[type=range]");
  const output = figure.querySelector("output");
  const play = figure.querySelector("[data-do=play]");
  const last = data.updates.length - 1;
  let timer = null;
  figure.querySelector(".controls").hidden = false;

  const show = (at) => {
    range.value = at;
    const words = updates(data.updates[at]);
    output.textContent = words;
    range.setAttribute("aria-valuetext", words);
    figure.querySelectorAll("[data-race]").forEach((side, race) => {
      const picture = data.pictures[race][at];
      side.querySelector(".boundary").setAttribute("d", picture.line);
      side.querySelector(".score").innerHTML =
        `<data value="${picture.right}">${picture.right}</data> of ${data.points} points on their side; loss <data value="${picture.loss}">${fixed(picture.loss, settings.digits)}</data>`;
    });
    figure.querySelector("[data-do=back]").disabled = at === 0;
    figure.querySelector("[data-do=on]").disabled = at === last;
  };
  const stop = () => {
    clearInterval(timer);
    timer = null;
    play.textContent = "Play";
    play.setAttribute("aria-pressed", "false");
  };
  const go = (at) => {
    show(Math.max(0, Math.min(last, at)));
    remember("hook", range.value, figure);
  };
  const run = () => {
    if (timer) return stop();
    if (Number(range.value) === last) go(0);
    play.textContent = "Pause";
    play.setAttribute("aria-pressed", "true");
    timer = setInterval(() => {
      go(Number(range.value) + 1);
      if (Number(range.value) === last) stop();
    }, BEAT);
    return undefined;
  };
  const acts = { start: () => go(0), back: () => go(Number(range.value) - 1), on: () => go(Number(range.value) + 1), play: run };
  figure.addEventListener("click", (event) => acts[event.target.closest("[data-do]")?.dataset.do]?.());
  range.addEventListener("input", () => go(Number(range.value)));
  onState((get) => {
    show(wholeIn(get("hook"), last) ?? last);
  });
  show(last);
}
