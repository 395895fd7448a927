// A network in training: scrubbed and played through its updates, its numbers changed, its units coloured by class.

import { onState, remember, wholeIn } from "./address.mjs";
import { alike, close } from "./alike.mjs";
import { soundFrames, trained } from "./network.mjs";
import { digitsApart, fixed, updates } from "./numbers.mjs";
import { partition } from "./partition.mjs";
import { QUANTITIES, stepOf } from "./quantities.mjs";
import { alikeSentence, classCount, decidedSentence, historySentence, joined, overflowSentence } from "./sentences.mjs";

const PAUSE = 700;
// What a reader may put in, in the order in which it stands in the address.
const CHANGEABLE = ["weights", "biases", "X", "Y", "rate"];
const NUMBER = /^-?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i;

export class Figure {
  constructor(element, task, settings) {
    this.element = element;
    this.key = element.dataset.case;
    this.given = task;
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
    this.playButton = element.querySelector("[data-do=play]");
    this.changeButton = element.querySelector("[data-do=change]");
    this.changing = false;
    this.train(task);
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
      play: () => this.play(),
      change: () => this.edit(!this.changing),
      restore: () => this.restore(),
    };
    if (button) acts[button.dataset.do]();
  }

  go(step, keep = true) {
    this.step = Math.max(0, Math.min(this.last, step));
    // Numbers are those of the start, and are changed there.
    if (this.step) this.editing(false);
    this.render();
    if (keep) remember(`t.${this.key}`, this.step || null, this.element);
  }

  play() {
    if (this.timer) return this.stop();
    if (this.step === this.last) this.go(0);
    this.playButton.setAttribute("aria-pressed", "true");
    this.playButton.textContent = "Pause";
    this.timer = setInterval(() => {
      this.go(this.step + 1);
      if (this.step === this.last) this.stop();
    }, PAUSE);
    return undefined;
  }

  stop() {
    clearInterval(this.timer);
    this.timer = null;
    this.playButton.setAttribute("aria-pressed", "false");
    this.playButton.textContent = "Play";
  }

  edit(changing) {
    this.stop();
    this.editing(changing);
    if (changing) this.go(0);
    else this.render();
  }

  editing(changing) {
    this.changing = changing;
    this.changeButton.setAttribute("aria-expanded", String(changing));
    this.changeButton.textContent = changing ? "Done" : "Change the numbers";
  }

  // The place of a number is the path to it in the task.
  change(input) {
    if (!NUMBER.test(input.value) || !Number.isFinite(Number(input.value))) {
      input.setAttribute("aria-invalid", "true");
      this.state.textContent = "What is marked is not a number that can be used: the last one there still counts.";
      return;
    }
    input.setAttribute("aria-invalid", "false");
    const path = input.dataset.at.split(".");
    const changed = structuredClone(Object.fromEntries(CHANGEABLE.map((name) => [name, this.task[name]])));
    const last = path.pop();
    path.reduce((part, step) => part[step], changed)[last] = Number(input.value);
    this.put({ ...this.given, ...changed }, input);
    remember(`w.${this.key}`, this.numbers().join(","), this.element);
  }

  numbers() {
    return CHANGEABLE.map((name) => this.task[name]).flat(4);
  }

  put(task, kept = null) {
    this.train(task);
    if (this.step > this.last) this.go(this.last);
    else this.render(kept);
  }

  train(task) {
    this.task = task;
    this.changed = this.differs(CHANGEABLE);
    // One update more than is shown: the lines of the step say what holds after it.
    this.frames = trained({ ...task, steps: task.steps + 1 });
    this.sound = soundFrames(this.frames);
    this.last = Math.max(0, Math.min(task.steps, this.sound - 1));
    this.range.max = this.last;
    this.proved = task.plain ? partition(task) : null;
  }

  differs(names) {
    return names.some((name) => [this.task[name]].flat(3).join() !== [this.given[name]].flat(3).join());
  }

  restore() {
    this.put(this.given);
    this.go(0);
    remember(`w.${this.key}`, null, this.element);
  }

  restoreFrom(get) {
    const texts = get(`w.${this.key}`)?.split(",") ?? [];
    const numbers = texts.map(Number);
    if (texts.length === this.numbers().length && texts.every((text, n) => NUMBER.test(text) && Number.isFinite(numbers[n]))) {
      const refill = (value) => (Array.isArray(value) ? value.map(refill) : numbers.shift());
      this.put({ ...this.given, ...Object.fromEntries(CHANGEABLE.map((name) => [name, refill(this.given[name])])) });
    } else if (this.changed) this.put(this.given);
    const step = wholeIn(get(`t.${this.key}`), this.last) ?? 0;
    if (step !== this.step) this.go(step, false);
    // A browser may have kept where it stood.
    this.range.value = step;
  }

  // For each hidden layer the classes of its units; null where a number is beyond the range of floating point.
  classesAt(step) {
    if (step >= this.sound) return null;
    const seen = this.frames[step].units.map((h) => alike(h, this.settings.near));
    return this.proved ? seen.map((classes, l) => joined(classes, this.proved[l])) : seen;
  }

  render(kept = null) {
    const frame = this.frames[this.step];
    const classes = this.classesAt(this.step);
    this.range.value = this.step;
    const words = updates(this.step);
    this.element.querySelector("output").textContent = words;
    this.range.setAttribute("aria-valuetext", words);
    this.drawUnits(classes);
    this.drawEdges(frame);
    this.writeTable(frame, classes, kept);
    this.writeData(kept);
    this.writeSentences(frame, classes);
    this.writeLines(classes);
    for (const button of this.element.querySelectorAll("[data-do=back], [data-do=start]")) button.disabled = this.step === 0;
    this.element.querySelector("[data-do=on]").disabled = this.step === this.last;
    this.element.querySelector("[data-do=restore]").disabled = !this.changed;
    for (const listener of this.listeners) listener(this.step);
  }

  drawUnits(classes) {
    for (const node of this.element.querySelectorAll("[data-node]")) {
      const [layer, unit] = node.dataset.node.split(".").map(Number);
      if (layer === 0 || layer > this.task.biases.length - 1) continue;
      const label = classes ? classes[layer - 1][unit - 1] : null;
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
      row.querySelector("th").innerHTML = this.unit(classes ? classes[l][i] : null, i + 1);
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
    return `<input type="number" step="0.1" value="${value}" data-at="${at}" aria-label="${label}" aria-invalid="false">`;
  }

  number(value, digits = this.settings.digits) {
    return `<data value="${value}">${fixed(value, digits)}</data>`;
  }

  writeSentences(frame, classes) {
    const l = this.task.layer - 1;
    this.state.innerHTML = classes ? `${alikeSentence(classes[l])}; loss ${this.number(frame.loss)}.` : overflowSentence(0);
    this.element.querySelector(".rate").textContent = `${this.task.rate}${this.changed ? "; numbers were changed" : ""}`;
    this.history.textContent = this.changed ? this.told(l) : this.historyAtFirst;
    if (!this.certified) return;
    // A certificate holds for any data and any rate.
    this.certified.textContent = !this.differs(["weights", "biases"]) ? this.certifiedAtFirst
      : this.proved ? decidedSentence(this.task, this.proved)
        : "For the numbers you put in nothing is certified here; symcheck certify does it.";
  }

  told(l) {
    if (!this.sound) return "";
    const shown = Array.from({ length: this.last + 1 }, (_, step) => classCount(this.classesAt(step)[l]));
    const ends = this.last < this.task.steps ? ` ${overflowSentence(this.sound)}` : "";
    const around = this.element.closest(".answer") ? " What is said around this figure is said of the numbers it had at first." : "";
    return `${historySentence(l + 1, shown)}${ends}${around}`;
  }

  writeLines(classes) {
    const { layer, pair } = this.task;
    for (const line of this.lines) {
      const sign = Number(line.dataset.sign);
      const step = stepOf(line.dataset.part, this.step);
      const values = pair.map((unit) => QUANTITIES[line.dataset.quantity](this.frames[step], layer - 1, unit));
      const sound = step < this.sound;
      const holds = sound && close(values[0], values[1], sign, this.settings.near);
      const digits = sound && !holds ? digitsApart(values[0], values[1], sign, this.settings.digits) : this.settings.digits;
      line.classList.toggle("false", sound && !holds);
      line.querySelector(".sign").textContent = !sound ? "?" : !holds ? "≠" : sign > 0 ? "=" : "= −";
      line.querySelectorAll(".of").forEach((of, n) => {
        of.className = `of ${this.colour(classes ? classes[layer - 1][pair[n]] : null).split(" ")[0]}`;
        of.querySelector(".numbers").innerHTML = values[n].map((v) => this.number(v, digits)).join(" ");
      });
      line.querySelector(".when").textContent = updates(step);
    }
  }

  // Without a label a unit has neither colour nor shape of a class.
  colour(label) {
    if (label === null) return "";
    return `k${((Math.abs(label) - 1) % this.settings.marks.length) + 1}${label < 0 ? " opposite" : ""}`;
  }

  mark(label) {
    return this.settings.marks[label === null ? 0 : (Math.abs(label) - 1) % this.settings.marks.length];
  }

  unit(label, number) {
    return `<span class="unit ${this.colour(label)}"><svg viewBox="-15 -15 30 30" aria-hidden="true"><path d="${this.mark(label)}"/></svg>unit ${number}</span>`;
  }
}
