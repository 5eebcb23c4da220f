"""`--resume` runs exactly what is missing, after kill -9 at any moment.

SCALEMARK_CAMPAIGN=100 tries so many moments in place of 3."""

import subprocess
import time
import unittest

import h5py

from fault_runs import RunTest, campaign, moments
from scalemark_runs import BIN, TINY_CASES, statuses

MOMENTS = campaign(in_ci=3)
LONGEST_SECONDS = 2  # about what the sweep takes


def samples_of(path):
    """The finished repetitions of the full arm, by case."""
    with h5py.File(path) as file:
        return {name: case["full/step_seconds"][:] for name, case in file.get("cases", {}).items() if "full/step_seconds" in case}


class Resume(RunTest):
    def killed_after(self, seconds, *arguments):
        """Starts, and kills launcher and ranks `seconds` after the file is there. Returns whether that came in time."""
        job = self.start(*arguments)
        self.wait_for(self.output.exists)
        time.sleep(seconds)
        running = job.process.poll() is None
        job.kill()
        return running

    def test_kill_minus_9_at_any_moment_loses_at_most_the_repetition_in_flight(self):
        random = moments(20240607)
        killed = resumed = 0
        for _ in range(MOMENTS):
            self.output.unlink(missing_ok=True)
            killed += self.killed_after(random.uniform(0, LONGEST_SECONDS))
            finished = samples_of(self.output)
            run = self.run_sweep("--resume")
            self.assertEqual(run.returncode, 0, run.stderr)
            self.assert_complete()
            complete = samples_of(self.output)
            for name, samples in finished.items():
                self.assertTrue((complete[name][: len(samples)] == samples).all(), "what was measured stays as it was")
            resumed += sum(len(samples) for samples in complete.values()) - sum(len(samples) for samples in finished.values())
        print(f"{killed} of {MOMENTS} jobs killed while they ran; {resumed} repetitions measured by resuming")

    def test_a_case_that_kills_its_host_twice_is_failed_and_the_rest_is_measured(self):
        deadly = {"SCALEMARK_FAULT": "1:reduce@1:kill"}  # rank 1 takes part in cases on two ranks alone
        self.assertNotEqual(self.run_sweep(environment=deadly).returncode, 0)
        # Its first repetition may still be measured: no output calls it failed.
        shown = {row["case"]: row["status"] for row in self.report_tables()["cases"]}
        self.assertEqual(shown["gpus=2,batch_size=2"], "in flight")
        info = subprocess.run([BIN / "scalemark", "info", self.output], capture_output=True, text=True, check=True).stdout
        self.assertRegex(info, r"cases +\d+ \(1 in flight")
        self.assertNotIn("failed", info)
        self.assertNotEqual(self.run_sweep("--resume", environment=deadly).returncode, 0)
        run = self.run_sweep("--resume")
        self.assertEqual(run.returncode, 3, run.stderr)
        cases = statuses(self.output)
        self.assertEqual(set(cases), TINY_CASES)
        with h5py.File(self.output) as file:
            self.assertFalse(file["tables/cases"]["in_flight"].any())
        status, reason = cases.pop("gpus=2,batch_size=2")
        self.assertEqual(status, "failed")
        self.assertIn("the job died 2 times while this case was in flight", reason)
        self.assertEqual({status for status, _ in cases.values()}, {"ok"})
        # It is not tried a third time: nothing is left to do.
        self.assertEqual(self.run_sweep("--resume", environment=deadly).returncode, 3)

    def test_resume_of_a_complete_file_measures_nothing(self):
        self.assertEqual(self.run_sweep().returncode, 0)
        before = samples_of(self.output)
        self.assertEqual(self.run_sweep("--resume").returncode, 0)
        after = samples_of(self.output)
        for name, samples in before.items():
            self.assertTrue((after[name] == samples).all(), name)

    def test_another_config_is_refused(self):
        self.assertEqual(self.run_sweep("--set", "measure.repetitions=1").returncode, 0)
        run = self.run_sweep("--resume", "--set", "train.learning_rate=0.5")
        self.assertEqual(run.returncode, 2, run.stderr)
        self.assertIn("another config", run.stderr)


if __name__ == "__main__":
    unittest.main(verbosity=2)
