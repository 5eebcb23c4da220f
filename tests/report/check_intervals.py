"""Recomputes the efficiency interval of weak_scaling.csv with SciPy from the samples, independently of Scalemark.

usage: check_intervals.py FOLDER   (FOLDER holds base.txt and pair.txt, one repetition per line, and weak_scaling.csv)
"""

import csv
import pathlib
import sys

import numpy
from scipy import stats

folder = pathlib.Path(sys.argv[1])
means = {name: numpy.loadtxt(folder / f"{name}.txt").mean(axis=1) for name in ("base", "pair")}
ratio = means["base"].mean() / means["pair"].mean()
# The linearised logarithm of the ratio: relative deviations of the two sides, round by round.
deviations = means["base"] / means["base"].mean() - means["pair"] / means["pair"].mean()
half_width = stats.t.ppf(0.975, len(deviations) - 1) * stats.sem(deviations)
with open(folder / "weak_scaling.csv", newline="") as file:
    row = next(row for row in csv.DictReader(file) if row["case"] == "pair")
reported = [float(row["efficiency_fraction" + end]) for end in ("", "_low", "_high")]
numpy.testing.assert_allclose(reported, ratio * numpy.exp([0.0, -half_width, half_width]), rtol=1e-9)
