// Everything that moves, on top of a page that can be read without it.

import { readAddress } from "./address.mjs";
import { startChoosers } from "./chooser.mjs";
import { startClaims } from "./claims.mjs";
import { Figure } from "./figure.mjs";
import { startGuesses } from "./guesses.mjs";
import { startHook } from "./hook.mjs";
import { startProof } from "./proof.mjs";

const data = JSON.parse(document.getElementById("lesson-data").textContent);
const figures = new Map([...document.querySelectorAll(".net")].map((element) => [
  element.id, new Figure(element, data.cases[element.dataset.case], data)]));

startHook(data.hook, data);
startGuesses();
startChoosers();
startProof(figures.get(`case-${document.getElementById("proof").dataset.case}`));
startClaims(data);

for (const button of document.querySelectorAll("[data-save]")) {
  button.parentElement.hidden = false;
  button.addEventListener("click", () => {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([button.closest("details").querySelector("code").textContent], { type: "text/plain" }));
    link.download = button.dataset.save;
    link.click();
    URL.revokeObjectURL(link.href);
  });
}

// A link into a part that is folded opens it; what is folded is printed too.
const follow = () => {
  const to = document.getElementById(location.hash.slice(1).split("?")[0]);
  for (let at = to?.closest("details"); at; at = at.parentElement.closest("details")) {
    at.open = true;
  }
  readAddress();
};
addEventListener("hashchange", follow);
let opened = [];
addEventListener("beforeprint", () => {
  opened = [...document.querySelectorAll("details:not([open])")];
  for (const part of opened) part.open = true;
});
addEventListener("afterprint", () => { for (const part of opened) part.open = false; });
follow();
