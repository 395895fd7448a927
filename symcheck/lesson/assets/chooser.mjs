// One of several cases at a time.

import { onState, remember } from "./address.mjs";

export function startChoosers() {
  for (const choose of document.querySelectorAll(".choose")) {
    choose.hidden = false;
    const inputs = [...choose.querySelectorAll("input")];
    const options = inputs.map((i) => document.querySelector(`[data-option="${i.value}"]`));
    const show = () => inputs.forEach((input, n) => options[n].classList.toggle("hidden", !input.checked));
    choose.addEventListener("change", (event) => {
      show();
      remember(`o.${choose.dataset.choose}`, event.target.value, choose);
    });
    onState((get) => {
      const input = inputs.find((i) => i.value === get(`o.${choose.dataset.choose}`));
      (input ?? inputs.find((i) => i.defaultChecked)).checked = true;
      show();
    });
    show();
  }
}
