"""The rules by which units stay tied, as the theory states them, played out in fractions."""

from fractions import Fraction

CLASSES = {"any": "generic", "gelu": "zero", "relu": "flat", "tanh": "odd"}


class Rules:
    """Section 4 of the theory word for word: classes, Z and F over fractions, odd layers doubled."""

    def __init__(self, network):
        self.network = network
        self.depth = network.depth
        self.odd = [False, *(a.symmetry == "odd" for a in network.activations), False]
        self.nodes = [
            [(i, s) for i in range(n) for s in ((1, -1) if odd else (1,))]
            for n, odd in zip(network.sizes, self.odd, strict=True)
        ]
        self.weights = [[[Fraction(float(v)) for v in row] for row in w] for w in network.weights]
        self.biases = [None if b is None else [Fraction(float(v)) for v in b] for b in network.biases]
        if network.head == "softmax":
            last = self.weights[-1]
            means = [sum(row[j] for row in last) / len(last) for j in range(len(last[0]))]
            self.weights[-1] = [[v - m for v, m in zip(row, means, strict=True)] for row in last]
        silent = network.head == "softmax" and network.sizes[-1] == 1
        self.cls, self.zero, self.frozen = {}, {}, {}
        for layer, nodes in enumerate(self.nodes):
            for node in nodes:
                ends = layer in (0, self.depth)
                self.cls[layer, node] = node if ends else 0
                self.zero[layer, node] = not ends and network.activations[layer - 1].symmetry != "generic"
                self.frozen[layer, node] = not ends or (layer == self.depth and silent)
        while self.refine():
            pass

    def rows(self, layer, node):
        sums = {}
        for other in self.nodes[layer - 1]:
            if not self.zero[layer - 1, other]:
                cls = self.cls[layer - 1, other]
                weight = node[1] * other[1] * self.weights[layer - 1][node[0]][other[0]]
                sums[cls] = sums.get(cls, 0) + weight
        return tuple(sorted(sums.items()))

    def cols(self, layer, node):
        sums = {}
        for other in self.nodes[layer + 1]:
            if not self.frozen[layer + 1, other]:
                cls = self.cls[layer + 1, other]
                weight = node[1] * other[1] * self.weights[layer][other[0]][node[0]]
                sums[cls] = sums.get(cls, 0) + weight
        return tuple(sorted(sums.items()))

    def bias(self, layer, node):
        values = self.biases[layer - 1]
        return 0 if values is None else node[1] * values[node[0]]

    def silent(self, layer, node):
        """Section 4b: nothing that a ReLU's units below can give makes it positive."""
        if not self.network.activations[layer - 1].rectified:
            return False
        below = self.network.activations[layer - 2] if layer > 1 else None
        low, high = (below.low, below.high) if below else self.network.inputs
        totals = [total for _, total in self.rows(layer, node)]
        if low >= 0:
            totals = [max(total, 0) for total in totals]
        elif high <= 0:
            totals = [min(total, 0) for total in totals]
        return self.bias(layer, node) <= 0 and not any(totals)

    def refine(self):
        changed = False
        for layer in range(1, self.depth):
            symmetry = self.network.activations[layer - 1].symmetry
            signatures = {}
            for node in self.nodes[layer]:
                key = layer, node
                rows, cols = self.rows(layer, node), self.cols(layer, node)
                still = not self.bias(layer, node) and not any(v for _, v in rows)
                frozen = all(self.frozen[layer + 1, n] for n in self.nodes[layer + 1])
                frozen |= self.zero[key] and not any(v for _, v in cols)
                frozen |= self.zero[key] and symmetry == "flat" and (still or self.silent(layer, node))
                below = all(self.zero[layer - 1, n] for n in self.nodes[layer - 1])
                zero = still and (self.frozen[key] or (below and self.biases[layer - 1] is None))
                zero |= self.silent(layer, node)
                for flags, value in ((self.frozen, frozen), (self.zero, zero)):
                    if flags[key] and not value:
                        flags[key], changed = False, True
                cols = None if self.frozen[key] else cols
                signatures[node] = self.cls[key], rows, self.bias(layer, node), cols
            numbers = {s: i for i, s in enumerate(dict.fromkeys(signatures.values()))}
            before = len({self.cls[layer, n] for n in self.nodes[layer]})
            for node, signature in signatures.items():
                self.cls[layer, node] = numbers[signature]
            changed |= len(numbers) != before
        return changed

    def related(self, layer, i, k):
        """1 for tied, -1 for anti-tied, 0 for neither, 2 for both."""
        c = self.cls
        tied = c[layer, (i, 1)] == c[layer, (k, 1)]
        anti = self.odd[layer] and c[layer, (i, 1)] == c[layer, (k, -1)]
        return 2 if tied and anti else int(tied) - int(anti)
