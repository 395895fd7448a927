// A guess before each answer: choosing opens the answer and says whether it was right.

import { onState, remember } from "./address.mjs";

export function startGuesses() {
  for (const question of document.querySelectorAll(".guess")) {
    const answer = answerTo(question);
    const told = document.createElement("p");
    told.className = "told";
    told.setAttribute("aria-live", "polite");
    question.after(told);
    const name = question.dataset.guess;
    const show = (value) => {
      const words = [...question.querySelectorAll("input")].find((i) => i.value === value)?.closest("label").textContent.trim();
      const right = [...question.querySelectorAll("input")].find((i) => i.value === answer.dataset.answer).closest("label").textContent.trim();
      told.textContent = value === answer.dataset.answer ? `You said: ${words}. So it is.` : `You said: ${words}. It is: ${right}.`;
      answer.open = true;
    };
    question.addEventListener("change", (event) => {
      show(event.target.value);
      remember(`g.${name}`, event.target.value, question);
    });
    onState((get) => {
      told.textContent = "";
      for (const input of question.querySelectorAll("input")) {
        input.checked = input.value === get(`g.${name}`);
        if (input.checked) show(input.value);
      }
    });
  }
}

function answerTo(question) {
  let next = question.nextElementSibling;
  while (!next.matches(".answer")) next = next.nextElementSibling;
  return next;
}
