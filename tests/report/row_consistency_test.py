"""In every table of every result file in the repository, what a row shows follows from what else it shows.

usage: row_consistency_test.py PROGRAM FILE.h5 ...
"""

import csv
import pathlib
import subprocess
import sys
import tempfile
import unittest

PROGRAM, *FILES = sys.argv[1:]
SCALING = ("strong_scaling_fixed_data_set", "strong_scaling_fixed_global_batch", "weak_scaling")
FIXED_WORK = SCALING[:2]
CAUSES = ("smaller_batch", "exposed_comm", "slowed_backward", "input", "waiting", "residual")


def number(text):
    return float(text) if text else None


class Table:
    def __init__(self, path):
        with open(path, newline="", encoding="utf-8") as file:
            self.rows = list(csv.DictReader(file))

    def __iter__(self):
        return iter(self.rows)

    def named(self, case):
        return next((row for row in self.rows if row["case"] == case), None)


class Rows(unittest.TestCase):
    tables = {}  # file -> name -> Table
    checked = 0

    def close(self, shown, expected, what):
        if shown is None or expected is None:
            return
        Rows.checked += 1
        self.assertAlmostEqual(shown, expected, delta=1e-9 * max(abs(shown), abs(expected), 1e-3), msg=what)

    def every(self, names):
        for file, tables in self.tables.items():
            for name in names:
                for row in tables.get(name, ()):
                    yield f"{file}: {name}: {row['case']}", row, tables

    def test_a_speedup_is_the_ratio_of_the_throughputs(self):
        for what, row, _ in self.every(SCALING):
            speedup = number(row.get("speedup") or row.get("scaled_speedup"))
            if row["case"] == row["baseline"] or not row["baseline_images_per_second"]:
                continue
            ratio = number(row["images_per_second"]) / number(row["baseline_images_per_second"])
            self.close(speedup, ratio, what)
            self.close(number(row["efficiency_fraction"]),
                       ratio * number(row["baseline_ranks"]) / number(row["ranks"]), what)

    def test_of_fixed_work_it_is_the_ratio_of_the_times_too(self):
        for what, row, _ in self.every(FIXED_WORK):
            if row["case"] == row["baseline"] or not row["baseline_seconds"]:
                continue
            seconds = number(row.get("epoch_seconds") or row.get("step_mean_seconds"))
            self.close(number(row["speedup"]), number(row["baseline_seconds"]) / seconds, what)

    def test_the_baseline_shows_the_same_in_its_own_row(self):
        for what, row, tables in self.every(SCALING):
            base = tables[what.split(": ")[1]].named(row["baseline"]) if row["baseline"] else None
            if base is None or not row["baseline_images_per_second"] or row.get("epoch") != base.get("epoch"):
                continue
            held = {one["name"]: one["repetitions"] for one in tables["cases"]}
            if held[row["case"]] != held[row["baseline"]]:
                self.assertTrue(row["remark"], what)  # says over which repetitions it is
                continue
            self.close(number(base["images_per_second"]), number(row["baseline_images_per_second"]), what)

    def test_an_interval_holds_its_estimate(self):
        for tables in self.tables.values():
            for name, table in tables.items():
                for row in table:
                    for column in row:
                        if column + "_low" in row and row[column] and row[column + "_low"]:
                            Rows.checked += 1
                            low, high = number(row[column + "_low"]), number(row[column + "_high"])
                            self.assertTrue(low <= number(row[column]) <= high, f"{name}: {column}: {row}")

    def test_serial_fraction(self):
        for what, row, _ in self.every(FIXED_WORK):
            if not row["serial_fraction"]:
                continue
            ranks = number(row["ranks"]) / number(row["baseline_ranks"])
            for end, of in (("", ""), ("_low", "_high"), ("_high", "_low")):
                if row["speedup" + of]:
                    expected = (1 / number(row["speedup" + of]) - 1 / ranks) / (1 - 1 / ranks)
                    self.close(number(row["serial_fraction" + end]), expected, what)

    def test_throughput_and_epoch_follow_from_the_step(self):
        for file, tables in self.tables.items():
            for row in tables["cases"]:
                if not row["step_mean_seconds"] or not row["global_batch"]:
                    continue
                step, batch = number(row["step_mean_seconds"]), number(row["global_batch"])
                self.close(number(row["images_per_second"]), batch / step, f"{file}: {row['name']}")
                if number(row["images"]):
                    self.close(number(row["epoch_seconds_estimated"]), number(row["images"]) / batch * step,
                               f"{file}: {row['name']}")

    def test_tables_agree_with_each_other(self):
        for what, row, tables in self.every(SCALING + ("epochs", "steps", "energy")):
            case = next(one for one in tables["cases"] if one["name"] == row["case"])
            if number(row.get("paired_repetitions")) not in (None, 0, number(case["repetitions"])):
                continue
            for column, same in (("step_mean_seconds", "step_mean_seconds"), ("mean_seconds", "step_mean_seconds"),
                                 ("images_per_second", "images_per_second"),
                                 ("epoch_seconds_estimated", "epoch_seconds_estimated"),
                                 ("step_seconds", "step_seconds")):
                # Of measured epochs the throughput is that of whole epochs.
                if column in row and not (column == "images_per_second" and row.get("epoch") == "measured"):
                    self.close(number(row[column]), number(case[same]), f"{what}: {column}")
            if row.get("joules_per_image"):
                self.close(number(row["joules_per_step"]),
                           number(row["joules_per_image"]) * number(row["global_batch"]), what)
                self.close(number(row["watts_per_gpu"]) * number(row["ranks"]) * number(case["step_mean_seconds"]),
                           number(row["joules_per_step"]), what)

    def test_the_waterfall_sums_to_the_measured_speedup(self):
        for name, of in (("lost_speedup_fixed_batch_per_rank", "weak_scaling"),
                         ("lost_speedup_fixed_global_batch", "strong_scaling_fixed_global_batch")):
            for what, row, tables in self.every((name,)):
                lost = sum(number(row[f"{cause}_lost_speedup"]) or 0 for cause in CAUSES)
                self.close(number(row["measured_speedup"]), number(row["ideal_speedup"]) - lost, what)
                scaling = tables[of].named(row["case"])
                self.close(number(row["measured_speedup"]),
                           number(scaling.get("speedup") or scaling.get("scaled_speedup")), what)
                for cause in CAUSES:
                    share = number(row[f"{cause}_share_fraction"])
                    if share is None:
                        continue
                    self.close(number(row[f"{cause}_lost_speedup"]), number(row["ideal_speedup"]) * share, what)
                    self.close(number(row[f"{cause}_seconds"]), share * number(scaling["step_mean_seconds"]), what)

    def test_a_cost_and_the_rest_are_the_step(self):
        for name, cost, rest in (("exposed_communication", "exposed_comm", "no_sync_step_seconds"),
                                 ("input_cost", "input", "cached_input_step_seconds")):
            for what, row, tables in self.every((name,)):
                seconds = number(row[f"{cost}_seconds"])
                step = seconds + number(row[rest])
                self.close(number(row[f"{cost}_share_fraction"]), seconds / step, what)
                case = next(one for one in tables["cases"] if one["name"] == row["case"])
                self.close(step, number(case["step_mean_seconds"]), what)

    @classmethod
    def tearDownClass(cls):
        print(f"{cls.checked} numbers of {len(FILES)} files follow from what stands beside them")
        assert cls.checked > 0


def report(file, folder):
    run = subprocess.run([PROGRAM, "report", file, "--output", folder, "--format", "md,csv"], capture_output=True,
                         text=True, check=False)
    if run.returncode != 0:
        sys.exit(f"report {file}: exit code {run.returncode}\n{run.stderr}")
    return {path.stem: Table(path) for path in sorted(pathlib.Path(folder).glob("*.csv"))}


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as temporary:
        for index, file in enumerate(FILES):
            Rows.tables[file] = report(file, f"{temporary}/{index}")
        unittest.main(argv=sys.argv[:1])
