"""`scalemark run` from outside: what it writes, says and returns."""

import subprocess
import unittest

import h5py

from scalemark_runs import BIN, TINY_CASES, TINY_REPETITIONS, RunTest

ARMS_OF_TWO = {"full", "no_sync", "comm_only", "cached_input", "phases"}


def table(path):
    with h5py.File(path) as file:
        rows = file["tables/cases"][:]
    return {row["case"].decode(): row for row in rows}


def status(row):
    return ["ok", "oom", "failed", "timeout", "skipped", "invalid"][row["status"]]


class Sweep(RunTest):
    def test_a_sweep_over_one_and_two_ranks_is_complete(self):
        run = self.run_sweep(environment={"AWS_SECRET_ACCESS_KEY": "hunter2secret", "OMP_TEST_MARK": "kept"})
        self.assertEqual(run.returncode, 0, run.stderr)
        self.assertEqual(run.stdout, "", "stdout holds only what was asked for")
        rows = table(self.output)
        self.assertEqual(set(rows), TINY_CASES)
        with h5py.File(self.output) as file:
            for name, row in rows.items():
                self.assertEqual(status(row), "ok")
                self.assertGreater(row["step_seconds"], 0)
                case = file["cases"][name]
                ranks = row["ranks"]
                arms = ARMS_OF_TWO if ranks == 2 else ARMS_OF_TWO - {"no_sync", "comm_only"}
                for arm in arms:
                    self.assertEqual(case[arm]["step_seconds"].shape, (TINY_REPETITIONS, 2, ranks), (name, arm))
                self.assertEqual(set(case) & ARMS_OF_TWO, arms)
                self.assertEqual(case["loss"].shape, (3,), "warm-up included")
        for line in TINY_CASES:
            self.assertEqual(sum(line in said for said in run.stderr.splitlines()), 1, "one line per case:\n" + run.stderr)
        self.assertNotIn("\r", run.stderr, "a bar is for terminals")
        content = self.output.read_bytes()
        self.assertNotIn(b"hunter2secret", content, "the environment is recorded by an allow-list")
        self.assertIn(b"OMP_TEST_MARK", content)
        self.check_report()

    def check_report(self):
        report = subprocess.run([BIN / "scalemark", "report", self.output, "--output", self.folder / "report"],
                                capture_output=True, text=True)
        self.assertEqual(report.returncode, 0, report.stderr)
        self.assertIn("gpus=2,batch_size=4", report.stdout)
        self.assertTrue((self.folder / "report/report.md").exists())
        info = subprocess.run([BIN / "scalemark", "info", self.output], capture_output=True, text=True)
        self.assertEqual(info.returncode, 0, info.stderr)

    def test_alone_it_is_one_rank_and_the_rest_is_skipped(self):
        run = self.run_sweep("--set", "sweep.batch_size=[2]", "--set", "measure.repetitions=1", ranks=None)
        self.assertEqual(run.returncode, 0, run.stderr)
        rows = table(self.output)
        self.assertEqual(status(rows["gpus=1"] if "gpus=1" in rows else rows["gpus=1,batch_size=2"]), "ok")
        skipped = [row for row in rows.values() if row["ranks"] == 2]
        self.assertEqual([status(row) for row in skipped], ["skipped"])
        self.assertIn("needs 2 ranks", skipped[0]["reason"].decode())

    def test_dry_run_prints_the_cases_and_writes_nothing(self):
        run = self.run_sweep("--dry-run")
        self.assertEqual(run.returncode, 0, run.stderr)
        for case in TINY_CASES:
            self.assertIn(case, run.stdout)
        self.assertFalse(self.output.exists())

    def test_an_existing_output_is_never_overwritten(self):
        self.output.write_bytes(b"precious")
        run = self.run_sweep()
        self.assertEqual(run.returncode, 2, run.stderr)
        self.assertIn("--resume", run.stderr)
        self.assertEqual(self.output.read_bytes(), b"precious")

    def test_faults_of_the_config_are_exit_code_2_and_said_once(self):
        self.config = self.write_config("name: x\nmodel: resnet10\nmodle: y\nsweep: {gpus: [1], batch_size: [2]}\n")
        run = self.run_sweep()
        self.assertEqual(run.returncode, 2, run.stderr)
        self.assertEqual(run.stderr.count("config.yaml:3:1: modle"), 1, run.stderr)
        self.assertFalse(self.output.exists())

    def test_a_missing_data_set_says_what_to_install(self):
        run = self.run_sweep("--set", "dataset={name: fashion-mnist, path: /nonexistent, image_size: 32}")
        self.assertEqual(run.returncode, 2, run.stderr)
        self.assertIn("/nonexistent", run.stderr)
        self.assertFalse(self.output.exists())

    def test_out_of_memory_is_a_result_and_the_sweep_goes_on(self):
        run = self.run_sweep("--set", "limits.memory=90MiB", "--set", "sweep.batch_size=[2, 128]",
                             "--set", "dataset.images=256", "--set", "measure.repetitions=1")
        self.assertEqual(run.returncode, 0, run.stderr)
        by_batch = {}
        for row in table(self.output).values():
            by_batch.setdefault(row["batch_per_rank"], set()).add(status(row))
        self.assertEqual(by_batch, {2: {"ok"}, 128: {"oom"}})

    def test_a_loss_that_is_not_finite_makes_the_case_invalid(self):
        run = self.run_sweep("--set", "train.learning_rate=1000", "--set", "batch_norm=false", "--set", "sweep.batch_size=[2]")
        self.assertEqual(run.returncode, 3, run.stderr)
        self.assertEqual({status(row) for row in table(self.output).values()}, {"invalid"})


class Limits(RunTest):
    def test_a_time_limit_that_is_too_short_stops_with_5(self):
        run = self.run_sweep("--set", "limits.wall_time=1s", "--set", "measure.repetitions=50")
        self.assertEqual(run.returncode, 5, run.stderr)
        self.assertIn("--resume", run.stderr)


if __name__ == "__main__":
    unittest.main(verbosity=2)
