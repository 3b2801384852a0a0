"""PySAL's pointpats: the Knox test of so many incidents as its sets of neighbours in time leave memory for."""

import warnings

import numpy as np
from common import chosen_events, measure
from pointpats.spacetime import Knox

EVENTS, METRES, DAYS, PERMUTATIONS = 10_000, 200.0, 14, 99


def check(test):
    return [int(test.nst), int(test.observed[0].sum()), float(np.mean(test.sim))]


def main():
    places, days = chosen_events(EVENTS)

    def run():
        return Knox(places, days.reshape(-1, 1), METRES, DAYS, permutations=PERMUTATIONS, keep=True)

    measure("pointpats (PySAL)", "W10/10000", run, check)


if __name__ == "__main__":
    warnings.filterwarnings("ignore")
    main()
