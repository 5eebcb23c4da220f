"""A delay that is put in on purpose is found again: the report names its cause and its rank."""

import os
import subprocess
import sys
import unittest

import h5py

from scalemark_runs import BIN, RunTest

# The step takes some 20 ms: beside the delay whatever else this machine does is small.
DELAY_SECONDS = 0.15
SWEEP = """
    name: delayed
    device: cpu
    model: resnet10
    dataset: {name: synthetic, images: 64, image_size: 16}
    loader: {workers: 1}
    measure: {warmup_steps: 1, steps: 2, repetitions: 5, arms: [full, no_sync, cached_input]}
    sweep: {gpus: [1, 2], batch_size: [2]}
"""


def dominant_loss(row):
    causes = ("exposed_comm", "slowed_backward", "input", "waiting", "residual")
    return max(causes, key=lambda cause: float(row[f"{cause}_seconds"] or 0))


class Attribution(RunTest):
    def setUp(self):
        super().setUp()
        self.config = self.write_config(SWEEP)

    def tables_with(self, fault):
        run = self.run_sweep(environment={"SCALEMARK_FAULT": fault})
        self.assertEqual(run.returncode, 0, run.stderr)
        self.assertIn(f"faults on purpose: SCALEMARK_FAULT={fault}", run.stderr)
        return self.report_tables()

    def assert_lost_to(self, cause, tables):
        (row,) = tables["lost_speedup_fixed_batch_per_rank"]
        self.assertEqual(dominant_loss(row), cause, row)
        self.assertAlmostEqual(float(row[f"{cause}_seconds"]), DELAY_SECONDS, delta=DELAY_SECONDS / 3)
        self.assertAlmostEqual(float(row["ideal_speedup"]) - float(row["measured_speedup"]),
                               sum(float(row[f"{c}_lost_speedup"] or 0) for c in
                                   ("smaller_batch", "exposed_comm", "slowed_backward", "input", "waiting",
                                    "residual")))

    def found_on(self, rank, kind, tables):
        return [row for row in tables["stragglers"] if row["rank"] == str(rank) and row["finding"] == kind]

    def test_slow_input(self):
        tables = self.tables_with(f"1:input:delay={DELAY_SECONDS}s")
        self.assert_lost_to("input", tables)
        (late,) = self.found_on(1, "late at the first bucket", tables)
        self.assertIn("most of it in load", late["text"])
        self.assertEqual(self.found_on(1, "slow compute", tables), [])

    def test_slow_rank(self):
        tables = self.tables_with(f"1:forward:delay={DELAY_SECONDS}s")
        self.assert_lost_to("waiting", tables)
        (slow,) = self.found_on(1, "slow compute", tables)
        self.assertIn("most of it in forward", slow["text"])
        self.assertEqual(self.found_on(0, "slow compute", tables), [])

    def test_backward_that_the_reduction_slows_down(self):
        """resnet10 has two buckets: each rank is delayed in backward while the first one is being reduced."""
        tables = self.tables_with(f"*:overlap:delay={DELAY_SECONDS}s")
        self.assert_lost_to("slowed_backward", tables)
        self.assertEqual(self.found_on(1, "slow compute", tables), [])

    def test_other_load_on_the_machine(self):
        others = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(os.cpu_count())]
        try:
            run = self.run_sweep()
        finally:
            for other in others:
                other.kill()
                other.wait()
        self.assertEqual(run.returncode, 0, run.stderr)
        with h5py.File(self.output) as file:
            for case in file["cases"].values():
                self.assertGreater(case["machine/other_load_fraction"][:].max(), 0.1)
                self.assertNotIn("sm_clock_hertz", case["machine"])
        flagged = {row["case"] for row in self.report_tables()["validity"] if row["flag"] == "other load"}
        self.assertEqual(flagged, {"gpus=1", "gpus=2"})

    def test_a_fault_that_is_none_is_an_error(self):
        for fault, said in {"1:forward": "not three parts", "x:forward:delay=1s": "no rank: x",
                            "1:sideways:delay=1s": "no place: sideways", "1:forward:wait": "no action: wait"}.items():
            run = self.run_sweep(environment={"SCALEMARK_FAULT": fault})
            self.assertEqual(run.returncode, 2, run.stderr)
            self.assertIn(said, run.stderr)
            self.assertFalse(self.output.exists())


class ComparedPair(RunTest):
    """Two real jobs of one build, of which one was slowed down."""

    def test_a_slowdown_is_called_and_only_in_its_direction(self):
        self.config = self.write_config(SWEEP)
        files = {}
        for name, fault in {"plain": "", "slowed": f"*:forward:delay={DELAY_SECONDS}s"}.items():
            self.output = files[name] = self.folder / f"{name}.h5"
            run = self.run_sweep(environment={"SCALEMARK_FAULT": fault} if fault else {})
            self.assertEqual(run.returncode, 0, run.stderr)
        compare = lambda *pair: subprocess.run([BIN / "scalemark", "compare", *pair], capture_output=True, text=True)
        slower = compare(files["plain"], files["slowed"])
        self.assertEqual(slower.returncode, 1, slower.stderr)
        self.assertEqual(slower.stdout.count("| slower |"), 2, slower.stdout)
        faster = compare(files["slowed"], files["plain"])
        self.assertEqual(faster.returncode, 0, faster.stderr)
        self.assertEqual(faster.stdout.count("| faster |"), 2, faster.stdout)


if __name__ == "__main__":
    unittest.main(verbosity=2)
