"""`scalemark nodes` and `scalemark trend` from outside: what they say, write and return."""

import shutil
import unittest

import h5py
import numpy

from json_documents import JsonTest
from reading_runs import MEASURED, SAMPLE, SOURCE, SWEEP, ReadingTest


class FilesTest(ReadingTest):
    def write(self, name, step_seconds, host="node1", created="2026-05-01T00:00:00Z", versions=()):
        """A file whose measured case has five repetitions of about `step_seconds`, in its samples and in its table."""
        path = self.folder / name
        shutil.copy(SAMPLE, path)
        means = step_seconds * (1 + 0.001 * numpy.array([-1, 1, -0.5, 0.5, 0]))
        with h5py.File(path, "r+") as file:
            group = file["cases"][MEASURED]["full"]
            for member in list(group):  # of other repetitions
                del group[member]
            group.create_dataset("step_seconds", data=numpy.repeat(means, 8).reshape(5, 4, 2))
            rows = file["tables/cases"][:]
            for column in ("step_mean_seconds", "step_mean_seconds_low", "step_mean_seconds_high"):
                rows[column][rows["case"] == MEASURED.encode()] = step_seconds
            file["tables/cases"][:] = rows
            ranks = file["tables/ranks"][:]
            ranks["host"] = host.encode()
            file["tables/ranks"][:] = ranks
            file["provenance/hosts"][:] = host
            file.attrs.modify("created", created)
            for library, version in versions:
                file["provenance/versions"].attrs[library] = version
        return path


class Nodes(FilesTest):
    def fleet(self, **odd):
        """Six nodes; `odd` is step time by name."""
        return [self.write(f"node{i}.h5", odd.get(f"node{i}", 1 + 0.002 * (i % 3)), host=f"node{i}") for i in range(6)]

    def test_a_healthy_fleet_is_exit_code_0(self):
        run = self.scalemark("nodes", *self.fleet())
        self.assertIn("6 nodes: none stands out.", run.stdout)

    def test_a_slow_node_is_exit_code_1_with_its_numbers(self):
        output = self.folder / "out"
        run = self.scalemark("nodes", *self.fleet(node4=1.1), "--output", output, code=1)
        self.assertIn("node4 (step time) stands out", run.stdout)
        self.assertIn("node4 (step time) stands out", run.stderr)
        row, = self.table(output / "nodes_outliers.csv")
        self.assertEqual((row["node"], row["quantity"], row["nodes"], row["stands_out"]), ("node4", "step time", "6", "yes"))
        self.assertAlmostEqual(float(row["value"]), 1.1)
        self.assertAlmostEqual(float(row["others_median"]), 1.002)
        self.assertAlmostEqual(float(row["worse_by_fraction"]), 1.1 / 1.002 - 1)
        self.assertLess(float(row["p_value_adjusted"]), 0.05)
        self.assertTrue((output / "nodes.md").read_text().startswith("# Nodes of quickstart"))
        self.assertIn("<svg", (output / "nodes.html").read_text())
        self.assertEqual(len(self.table(output / "nodes.csv")), 6)
        self.assertIn("exists already", self.scalemark("nodes", *self.fleet(), "--output", output, code=2).stderr)

    def test_the_threshold_is_the_smallest_difference_that_matters(self):
        self.scalemark("nodes", *self.fleet(node4=1.1), "--threshold", "20%")

    def test_a_baseline_says_what_drifted(self):
        before = [self.write(f"before{i}.h5", 1 + 0.002 * (i % 3), host=f"node{i}") for i in range(6)]
        self.assertIn("nothing drifted", self.scalemark("nodes", *self.fleet(), "--baseline", *before).stdout)
        slower = self.fleet(**{f"node{i}": 1.1 + 0.002 * (i % 3) for i in range(6)})
        run = self.scalemark("nodes", *slower, "--baseline", *before, code=1)
        self.assertIn("none stands out", run.stdout)
        self.assertIn("drifted since the baseline", run.stderr)

    def test_another_config_is_named_and_the_rest_compared(self):
        run = self.scalemark("nodes", *self.fleet(), SWEEP)
        self.assertRegex(run.stdout, r"Not compared\n.*\n.*quickstart.h5 +holds no case that another file holds")

    def test_too_little_is_refused(self):
        one = self.write("one.h5", 1.0)
        self.assertIn("all files are of one node, node1", self.assert_refused("nodes", one, self.write("two.h5", 1.0)))
        self.assertIn("holds no case that another file holds", self.assert_refused("nodes", one, SWEEP))


class Trend(FilesTest):
    def runs(self, *step_seconds, versions=()):
        """The last one has `versions`."""
        last = len(step_seconds) - 1
        return [self.write(f"run{i}.h5", seconds, created=f"2026-05-{i + 1:02}T00:00:00Z", versions=versions if i == last else ())
                for i, seconds in enumerate(step_seconds)]

    QUIET = (1.0, 1.004, 0.998, 1.002, 0.996, 1.001, 1.0, 1.003)

    def test_quiet_runs_are_exit_code_0(self):
        self.assertIn("8 runs, 1 case: no new shift.", self.scalemark("trend", *self.runs(*self.QUIET)).stdout)

    def test_a_shift_in_the_last_run_is_exit_code_1_and_names_what_changed(self):
        output = self.folder / "out"
        files = self.runs(*self.QUIET, 1.12, versions=[("driver", "570.10")])
        run = self.scalemark("trend", *reversed(files), "--output", output, code=1)
        self.assertIn("the last run shows a change", run.stderr)
        self.assertIn("driver: not recorded → 570.10", run.stdout)
        row, = self.table(output / "trend_shifts.csv")
        self.assertEqual((row["since"], row["is_new"]), ("2026-05-09T00:00:00Z", "yes"))
        self.assertTrue(row["file"].endswith("run8.h5") and row["file_before"].endswith("run7.h5"))
        self.assertAlmostEqual(float(row["ratio"]), 1.12, delta=0.005)
        self.assertEqual(len(self.table(output / "trend.csv")), 9)
        self.assertIn("mean step, run by run", (output / "trend.html").read_text())

    def test_a_known_shift_is_exit_code_0(self):
        run = self.scalemark("trend", *self.runs(*self.QUIET, 1.12, 1.121, 1.119))
        self.assertIn("no new shift (1 known)", run.stdout)

    def test_files_of_the_first_releases_are_read_by_their_samples(self):
        old = [SOURCE / f"tests/results/files/minor-{minor}.h5" for minor in (0, 1)]
        self.assertIn("2 runs", self.scalemark("trend", *old).stdout)

    def test_of_many_files_the_damaged_one_is_named(self):
        files = self.runs(*self.QUIET)
        files[5].write_bytes(files[5].read_bytes()[:9000])
        self.assertRegex(self.assert_refused("trend", *files), "run5.h5: .*truncated")

    def test_too_little_is_refused(self):
        self.assertIn("a trend needs two runs or more", self.assert_refused("trend", SWEEP))


class Json(JsonTest, FilesTest):
    """The documents of --json hold the numbers of the CSV files, and say what the exit code says."""

    def document(self, kind, *files, code):
        folder = self.folder / f"{kind}{code}"
        run = self.scalemark(kind, *files, "--json", "--output", folder, code=code)
        self.assert_same_as_csv(run.stdout, folder)
        return self.read(run.stdout, kind)

    def test_nodes(self):
        files = [self.write(f"node{i}.h5", 1 + 0.002 * (i % 3), host=f"node{i}") for i in range(5)]
        self.assertTrue(self.document("nodes", *files, code=0)["is_healthy"])
        found = self.document("nodes", *files, self.write("bad.h5", 1.2, host="bad"), SWEEP, code=1)
        self.assertEqual((found["bad_nodes"], found["is_healthy"]), (["bad"], False))
        self.assertEqual(len(found["tables"]["nodes_refused"]["rows"]), 1)

    def test_trend(self):
        files = [self.write(f"run{i}.h5", 1 + 0.002 * (i % 3), created=f"2026-05-1{i}") for i in range(8)]
        self.assertFalse(self.document("trend", *files, code=0)["has_news"])
        found = self.document("trend", *files, self.write("run8.h5", 1.2, created="2026-05-18"), code=1)
        self.assertTrue(found["has_news"])
        self.assertEqual([row["since"] for row in found["tables"]["trend_shifts"]["rows"]], ["2026-05-18"])


if __name__ == "__main__":
    unittest.main(verbosity=2)
