"""Recomputes the efficiency interval of weak_scaling.csv with SciPy from the samples, independently of Scalemark.

usage: check_intervals.py FOLDER   (FOLDER holds base.txt and pair.txt, one repetition per line, and weak_scaling.csv)
"""

import csv
import pathlib
import sys

import numpy
from scipy import stats

folder = pathlib.Path(sys.argv[1])
medians = {name: numpy.median(numpy.loadtxt(folder / f"{name}.txt"), axis=1) for name in ("base", "pair")}
logs = numpy.log(medians["base"] / medians["pair"])
low, high = stats.t.interval(0.95, len(logs) - 1, loc=logs.mean(), scale=stats.sem(logs))
with open(folder / "weak_scaling.csv", newline="") as file:
    row = next(row for row in csv.DictReader(file) if row["case"] == "pair")
reported = [float(row["efficiency_fraction" + end]) for end in ("", "_low", "_high")]
numpy.testing.assert_allclose(reported, numpy.exp([logs.mean(), low, high]), rtol=1e-9)
