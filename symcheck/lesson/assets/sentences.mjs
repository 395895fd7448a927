// What is said below a figure of the network that is in it.

import { updates } from "./numbers.mjs";

// How many first updates are counted one by one.
const FIRST = 4;

export function classCount(classes) {
  return new Set(classes.map(Math.abs)).size;
}

export function alikeSentence(classes) {
  const [units, count] = [classes.length, classCount(classes)];
  return `Alike so far, by what they compute: ${units} unit${units === 1 ? "" : "s"} in ${count} class${count === 1 ? "" : "es"}`;
}

// The classes after each update that is shown.
export function historySentence(layer, counts) {
  const first = counts.slice(0, FIRST).join(", ");
  const after = [...counts.keys()].slice(0, FIRST).join(", ");
  return counts.length <= FIRST ? `Classes in layer ${layer} after ${after} updates: ${first}.`
    : `Classes in layer ${layer} after ${after}, … updates: ${first}, …; after ${counts.length - 1}: ${counts.at(-1)}.`;
}

export function overflowSentence(sound) {
  return sound
    ? `Nothing is shown ${updates(sound)} or more: there a number is beyond the range of floating point.`
    : "A number is beyond the range of floating point: nothing can be compared.";
}

// What the sums prove of each layer; that units part is not proved but seen.
export function decidedSentence(task, states) {
  const layers = states.map((layer, l) => {
    const count = new Set(layer.map((u) => u.label)).size;
    const name = layer.every((u) => u.Z) ? "all units give 0 for ever"
      : count === 1 ? "all units stay equal for ever"
        : count < layer.length ? `${layer.length} units in ${count} classes that stay equal for ever`
          : "no equal sums tie two units";
    return `layer ${l + 1}: ${name}`;
  });
  const signs = task.activation === "sigmoid" ? "" : " What rests on signs is not looked for here; symcheck certify does it.";
  return `By the sums of the numbers you put in: ${layers.join("; ")}.${signs}`;
}

// Classes of units by what they compute, where those that are proved equal are alike, though rounding tells them apart.
export function joined(classes, proved) {
  return classes.map((label, i) => {
    const first = proved.findIndex((u) => u.label === proved[i].label);
    return first < i ? classes[first] : label;
  });
}
