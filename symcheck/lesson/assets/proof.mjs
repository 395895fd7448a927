// The induction played: the reason of each step is asked for, a wrong move says so, a hint is kept back. What is derived
// before it is not asked for.

import { updates } from "./numbers.mjs";

export function startProof(figure) {
  const list = document.getElementById("proof");
  const button = document.getElementById("play-proof");
  const told = document.getElementById("play-told");
  const controls = document.querySelectorAll("#induction > .controls");
  for (const part of controls) part.hidden = false;
  const range = document.getElementById("induction-step");
  range.addEventListener("input", () => figure.go(Number(range.value)));
  figure.listeners.push((step) => {
    range.value = step;
    range.max = figure.last;
    range.setAttribute("aria-valuetext", updates(step));
    range.nextElementSibling.textContent = `t = ${step}`;
  });
  const steps = [...list.querySelectorAll(".line:not([data-part=before]) .step[data-move]")].filter((s) => s.dataset.others);
  let at = -1, wrong = 0;

  const close = (words) => {
    at = -1;
    button.textContent = "Play the proof";
    button.setAttribute("aria-pressed", "false");
    list.querySelectorAll(".moves").forEach((m) => m.remove());
    list.querySelectorAll(".reason").forEach((r) => { r.hidden = false; });
    list.querySelectorAll(".now").forEach((s) => s.classList.remove("now"));
    told.textContent = words;
  };

  const ask = () => {
    list.querySelectorAll(".now").forEach((s) => s.classList.remove("now"));
    const step = steps[at];
    if (!step) return close(`The proof is complete: ${steps.length} moves, ${wrong} wrong.`);
    step.closest("details").open = true;
    step.classList.add("now");
    const moves = document.createElement("div");
    moves.className = "moves";
    moves.setAttribute("role", "group");
    moves.setAttribute("aria-label", "What gives this line?");
    const names = [step.dataset.move, ...step.dataset.others.split(" ")].sort();
    moves.append(...names.map((name) => choice(name, () => answer(step, name, moves))));
    moves.append(choice("Hint", (event) => hint(step, event.target)));
    step.append(moves);
    step.scrollIntoView({ block: "center" });
    moves.firstElementChild.focus({ preventScroll: true });
    return undefined;
  };

  const answer = (step, name, moves) => {
    if (name === step.dataset.move) {
      moves.remove();
      step.querySelector(".reason").hidden = false;
      told.textContent = `${name}: right. ${at + 1} of ${steps.length}.`;
      at += 1;
      ask();
      return;
    }
    wrong += 1;
    const pressed = [...moves.children].find((b) => b.textContent === name);
    pressed.classList.add("wrong");
    pressed.disabled = true;
    told.textContent = `${name} does not give this line.`;
    moves.querySelector("button:not(:disabled)").focus({ preventScroll: true });
  };

  const hint = (step, pressed) => {
    const words = document.createElement("span");
    words.className = "faint";
    words.setAttribute("role", "status");
    words.textContent = step.querySelector(".reason").firstChild.textContent.trim() || "No hint is kept for this one.";
    pressed.replaceWith(words);
    words.parentElement.querySelector("button:not(:disabled)").focus({ preventScroll: true });
  };

  button.addEventListener("click", () => {
    if (at >= 0) {
      close("");
      return;
    }
    at = 0;
    wrong = 0;
    button.textContent = "Stop";
    button.setAttribute("aria-pressed", "true");
    told.textContent = "For each step: which fact gives the next line?";
    for (const step of steps) step.querySelector(".reason").hidden = true;
    ask();
  });
}

function choice(text, act) {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = text;
  button.addEventListener("click", act);
  return button;
}
