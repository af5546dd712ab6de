"""The reference market in Mesa, in an interpreter of its own; started by `reference_market`.

Written as Mesa's users write: firms are agents with methods, the model asks all of them to
act, and the market sums over them. Reads ``firms.npz`` from a folder, says its versions, then
answers each line on standard input, a number of steps, with the seconds that a fresh model took
for them (building it is not timed) and with its first price.
"""

import json
import sys
import time
from importlib.metadata import version
from pathlib import Path

import mesa
import numpy as np


class Firm(mesa.Agent):
    """A firm that abates or does not."""

    def __init__(self, model, facts, *, abates):
        super().__init__(model)
        self.output, self.intensity, self.benchmark, self.slope, self.cap = facts
        self.abates = abates
        self.following = abates
        self.gain = 0.0

    def cut(self, price):
        return min(price / self.slope, self.cap) * self.output if self.abates else 0.0

    def margin(self, price):
        inside = self.abates and price < self.slope * self.cap
        return self.output / self.slope if inside else 0.0

    def need(self):
        return (self.intensity - self.benchmark) * self.output

    def settle(self):
        self.gain = 0.0
        if self.abates:
            price = self.model.price
            unit = min(price / self.slope, self.cap)
            won = (price * unit - 0.5 * self.slope * unit * unit) * self.output
            self.gain = (won - self.model.fixed_cost) / (self.intensity * self.output)

    def meet(self):
        peer = self.model.random.choice(self.model.firms)
        self.following = self.abates
        more = self.model.imitation * (peer.gain - self.gain)
        if peer.abates != self.abates and more > 0 and self.model.random.random() < more:
            self.following = peer.abates

    def advance(self):
        self.abates = self.following
        if self.model.random.random() < self.model.mutation:
            self.abates = not self.abates


class Market(mesa.Model):
    """Clearing and imitation, once a step."""

    def __init__(self, firms, rules, seed):
        super().__init__(rng=seed)
        self.fixed_cost, self.imitation, self.mutation, self.ceiling = rules
        self.firms = [Firm(self, facts, abates=True) for facts in firms]
        self.price = 50.0
        self.deficit = sum(firm.need() for firm in self.firms)

    def clear(self):
        for _ in range(60):
            gap = self.deficit - sum(firm.cut(self.price) for firm in self.firms)
            if abs(gap) <= 1e-12 * self.deficit:
                return
            slope = sum(firm.margin(self.price) for firm in self.firms)
            if slope == 0.0:
                self.price = self.ceiling
                return
            self.price = min(self.price + gap / slope, self.ceiling)

    def step(self):
        self.clear()
        self.agents.do("settle")
        self.agents.shuffle_do("meet")
        self.agents.do("advance")


def main(folder):
    held = np.load(folder / "firms.npz")
    names = ("output", "intensity", "benchmark", "slope", "cap")
    firms = np.column_stack([held[name] for name in names]).tolist()
    rules = tuple(held["rules"].tolist())
    print(json.dumps({name: version(name) for name in ("mesa", "numpy")}), flush=True)
    for line in sys.stdin:
        model = Market(firms, rules, 1)
        started = time.perf_counter()
        model.clear()
        first = model.price
        for _ in range(int(line)):
            model.step()
        seconds = time.perf_counter() - started
        print(json.dumps({"seconds": seconds, "first_price": first}), flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
