// A network in training: scrubbed and played through its updates, its numbers changed, its units coloured by class.

import { onState, remember } from "./address.mjs";
import { alike, close } from "./alike.mjs";
import { trained } from "./network.mjs";
import { fixed } from "./numbers.mjs";
import { partition } from "./partition.mjs";
import { QUANTITIES, stepOf } from "./quantities.mjs";

const PAUSE = 700;
// What a reader may put in, in the order in which it stands in the address.
const CHANGEABLE = ["weights", "biases", "X", "Y", "rate"];

export class Figure {
  constructor(element, task, settings) {
    this.element = element;
    this.key = element.dataset.case;
    this.given = task;
    this.task = task;
    this.settings = settings;
    this.step = 0;
    this.listeners = [];
    this.range = element.querySelector("input[type=range]");
    this.state = element.querySelector(".state");
    this.certified = element.querySelector(".certified");
    this.certifiedAtFirst = this.certified?.textContent;
    this.history = element.querySelector(".history");
    this.historyAtFirst = this.history.textContent;
    this.lines = document.querySelectorAll(`.live[data-case="${this.key}"]`);
    // One update more than is shown: the lines of the step say what holds after it.
    this.frames = trained({ ...task, steps: task.steps + 1 });
    this.changing = false;
    for (const part of element.querySelectorAll(".controls")) part.hidden = false;
    element.addEventListener("click", (event) => this.pressed(event.target.closest("[data-do]")));
    this.range.addEventListener("input", () => this.go(Number(this.range.value)));
    element.addEventListener("input", (event) => { if (event.target.dataset.at) this.change(event.target); });
    onState((get) => this.restoreFrom(get));
  }

  pressed(button) {
    const acts = {
      start: () => this.go(0),
      back: () => this.go(this.step - 1),
      on: () => this.go(this.step + 1),
      play: () => this.play(button),
      change: () => this.toggle(button),
      restore: () => this.restore(),
    };
    if (button) acts[button.dataset.do]();
  }

  go(step, keep = true) {
    this.step = Math.max(0, Math.min(this.task.steps, step));
    this.render();
    if (keep) remember(`t.${this.key}`, this.step || null, this.element);
  }

  play(button) {
    const stop = () => {
      clearInterval(this.timer);
      this.timer = null;
      button.setAttribute("aria-pressed", "false");
      button.textContent = "Play";
    };
    if (this.timer) return stop();
    if (this.step === this.task.steps) this.go(0);
    button.setAttribute("aria-pressed", "true");
    button.textContent = "Pause";
    this.timer = setInterval(() => {
      this.go(this.step + 1);
      if (this.step === this.task.steps) stop();
    }, PAUSE);
  }

  toggle(button) {
    this.changing = !this.changing;
    button.setAttribute("aria-expanded", String(this.changing));
    button.textContent = this.changing ? "Done" : "Change the numbers";
    if (this.changing) this.go(0);
    this.render();
  }

  // The place of a number is the path to it in the task.
  change(input) {
    if (input.value.trim() === "" || !Number.isFinite(Number(input.value))) {
      input.setAttribute("aria-invalid", "true");
      return;
    }
    input.removeAttribute("aria-invalid");
    const path = input.dataset.at.split(".");
    const changed = structuredClone(Object.fromEntries(CHANGEABLE.map((name) => [name, this.task[name]])));
    const last = path.pop();
    path.reduce((part, step) => part[step], changed)[last] = Number(input.value);
    this.put(this.with(changed), input);
    remember(`w.${this.key}`, this.numbers().join(","), this.element);
  }

  numbers() {
    return CHANGEABLE.map((name) => this.task[name]).flat(4);
  }

  // The task with other numbers; its rates keep their proportions.
  with(changed) {
    const factor = changed.rate / this.given.rate;
    const scaled = (part) => (Array.isArray(part) ? part.map(scaled) : part * factor);
    return { ...this.given, ...changed, rates: scaled(this.given.rates) };
  }

  put(task, kept = null) {
    this.task = task;
    this.changed = task !== this.given;
    this.frames = trained({ ...task, steps: task.steps + 1 });
    this.render(kept);
  }

  restore() {
    this.put(this.given);
    this.go(0);
    remember(`w.${this.key}`, null, this.element);
  }

  restoreFrom(get) {
    const numbers = get(`w.${this.key}`)?.split(",").map(Number);
    if (numbers && numbers.length === this.numbers().length && numbers.every(Number.isFinite)) {
      const refill = (value) => (Array.isArray(value) ? value.map(refill) : numbers.shift());
      this.put(this.with(Object.fromEntries(CHANGEABLE.map((name) => [name, refill(this.given[name])]))));
    }
    const step = get(`t.${this.key}`);
    if (step !== null && Number.isInteger(Number(step))) this.go(Number(step), false);
  }

  classes() {
    return this.frames[this.step].units.map((h) => alike(h, this.settings.near));
  }

  render(kept = null) {
    const frame = this.frames[this.step];
    const classes = this.classes();
    this.range.value = this.step;
    const words = `after ${this.step} update${this.step === 1 ? "" : "s"}`;
    this.element.querySelector("output").textContent = words;
    this.range.setAttribute("aria-valuetext", words);
    this.drawUnits(classes);
    this.drawEdges(frame);
    this.writeTable(frame, classes, kept);
    this.writeData(kept);
    this.writeSentences(frame, classes);
    this.writeLines(classes);
    for (const button of this.element.querySelectorAll("[data-do=back], [data-do=start]")) button.disabled = this.step === 0;
    this.element.querySelector("[data-do=on]").disabled = this.step === this.task.steps;
    this.element.querySelector("[data-do=restore]").disabled = !this.changed;
    for (const listener of this.listeners) listener(this.step);
  }

  drawUnits(classes) {
    for (const node of this.element.querySelectorAll("[data-node]")) {
      const [layer, unit] = node.dataset.node.split(".").map(Number);
      const label = classes[layer - 1]?.[unit - 1];
      if (!label) continue;
      node.setAttribute("class", `node ${this.colour(label)}`);
      node.firstElementChild.setAttribute("d", this.mark(label));
    }
  }

  drawEdges(frame) {
    for (const edge of this.element.querySelectorAll("[data-edge]")) {
      const [layer, unit, below] = edge.dataset.edge.split(".").map(Number);
      const weight = frame.weights[layer - 1][unit - 1][below - 1];
      edge.setAttribute("class", `edge${weight < 0 ? " negative" : weight === 0 ? " none" : ""}`);
      edge.setAttribute("stroke-width", Math.max(1, Math.min(6, 3 * Math.abs(weight))).toFixed(2));
    }
  }

  writeTable(frame, classes, kept) {
    const l = this.task.layer - 1;
    const above = frame.weights[l + 1];
    for (const row of this.element.querySelectorAll("[data-unit]")) {
      const i = Number(row.dataset.unit);
      row.querySelector("th").innerHTML = this.unit(classes[l][i], i + 1);
      const cells = {
        in: frame.weights[l][i].map((w, j) => [w, `weights.${l}.${i}.${j}`, `weight into unit ${i + 1} from ${j + 1}`]),
        out: above.map((W, o) => [W[i], `weights.${l + 1}.${o}.${i}`, `weight out of unit ${i + 1} into ${o + 1}`]),
        bias: [[frame.biases[l][i], `biases.${l}.${i}`, `bias of unit ${i + 1}`]],
        h: [[frame.units[l][0][i], null]],
      };
      for (const [column, values] of Object.entries(cells)) {
        const cell = row.querySelector(`[data-column=${column}]`);
        if (!(kept && cell.contains(kept))) cell.innerHTML = values.map((v) => this.cell(...v)).join(" ");
      }
    }
  }

  // The first point, its target and the rate, where numbers are changed.
  writeData(kept) {
    const line = this.element.querySelector(".data");
    line.hidden = !this.changing || this.step > 0;
    if (line.hidden || (kept && line.contains(kept))) return;
    const { X, Y, rate } = this.task;
    const inputs = (values, name, label) => values.map((v, i) => this.cell(v, `${name}.0.${i}`, `${label} ${i + 1} of the first point`)).join(" ");
    line.className = "said data numbers";
    line.innerHTML = `x ${inputs(X[0], "X", "input")} target ${inputs(Y[0], "Y", "target")} rate ${this.cell(rate, "rate", "learning rate")}`;
  }

  cell(value, at, label) {
    if (!this.changing || !at || this.step) return this.number(value);
    return `<input type="number" step="0.1" value="${value}" data-at="${at}" aria-label="${label}">`;
  }

  number(value) {
    return `<data value="${value}">${fixed(value, this.settings.digits)}</data>`;
  }

  writeSentences(frame, classes) {
    const l = this.task.layer - 1;
    const count = new Set(classes[l].map(Math.abs)).size;
    this.state.innerHTML = `Alike so far, by what they compute: ${count} of ${classes[l].length} classes; loss ${this.number(frame.loss)}.`;
    const per = this.frames.slice(0, -1).map((f) => new Set(alike(f.units[l], this.settings.near).map(Math.abs)).size);
    this.history.textContent = this.changed
      ? `Classes in layer ${l + 1} after 0, 1, 2, 3, … updates: ${per.slice(0, 4).join(", ")}, …; after ${this.task.steps}: ${per.at(-1)}.`
      : this.historyAtFirst;
    if (!this.certified) return;
    this.certified.textContent = !this.changed ? this.certifiedAtFirst
      : this.task.plain ? `By the sums of the numbers you put in: ${this.decided()}.`
        : "For the numbers you put in nothing is certified here; symcheck certify does it.";
  }

  // What the sums prove of each layer; that units part is not proved but seen.
  decided() {
    return partition(this.task).map((layer, l) => {
      const labels = layer.map((u) => u.label);
      const count = new Set(labels).size;
      const name = layer.every((u) => u.Z) ? "all units give 0 for ever"
        : count === 1 ? "all units stay equal for ever"
          : count < labels.length ? `${labels.length} units in ${count} classes that stay equal for ever`
            : "no equal sums tie two units";
      return `layer ${l + 1}: ${name}`;
    }).join("; ");
  }

  writeLines(classes) {
    const { layer, pair } = this.task;
    for (const line of this.lines) {
      const sign = Number(line.dataset.sign);
      const step = stepOf(line.dataset.part, this.step);
      const values = pair.map((unit) => QUANTITIES[line.dataset.quantity](this.frames[step], layer - 1, unit));
      const holds = close(values[0], values[1], sign, this.settings.near);
      line.classList.toggle("false", !holds);
      line.querySelector(".sign").textContent = !holds ? "≠" : sign > 0 ? "=" : "= −";
      line.querySelectorAll(".of").forEach((of, n) => {
        of.className = `of ${this.colour(classes[layer - 1][pair[n]]).split(" ")[0]}`;
        of.querySelector(".numbers").innerHTML = values[n].map((v) => this.number(v)).join(" ");
      });
      line.querySelector(".when").textContent = `after ${step} update${step === 1 ? "" : "s"}`;
    }
  }

  colour(label) {
    return `k${((Math.abs(label) - 1) % this.settings.marks.length) + 1}${label < 0 ? " opposite" : ""}`;
  }

  mark(label) {
    return this.settings.marks[(Math.abs(label) - 1) % this.settings.marks.length];
  }

  unit(label, number) {
    return `<span class="unit ${this.colour(label)}"><svg viewBox="-15 -15 30 30" aria-hidden="true"><path d="${this.mark(label)}"/></svg>unit ${number}</span>`;
  }
}
