"""Signals at random moments: the job ends with exit code 5 within seconds, with a whole file, and goes on where it stopped.

SCALEMARK_CAMPAIGN=200 tries so many moments in place of 5, and of 2 for SIGTERM to the launcher."""

import os
import signal
import time
import unittest

import h5py

from fault_runs import FaultTest, campaign, moments
from scalemark_runs import TINY, TINY_CASES, TINY_REPETITIONS, ranks_of, statuses

MOMENTS = campaign(in_ci=3)
END_WITHIN_SECONDS = 60  # what a test waits for an end that comes after 5 s at the most
LONGEST_SECONDS = 3  # about what the sweep takes


def repetitions_in(path):
    """How many the file holds of all the sweep's cases."""
    with h5py.File(path) as file:
        return sum(case["full/step_seconds"].shape[0] for case in file.get("cases", {}).values() if "full/step_seconds" in case)


def terminate_ranks(process):
    for pid in ranks_of(process):
        try:
            os.kill(pid, signal.SIGTERM)
        except ProcessLookupError:
            pass


class Signals(FaultTest):
    SWEEP = TINY

    def interrupted(self, moment, interrupt):
        """Runs until `moment` seconds after the file is there, then interrupts; how the job ended."""
        self.output.unlink(missing_ok=True)

        def during(process):
            self.wait_for(lambda: self.output.exists() or process.poll() is not None)
            time.sleep(moment)
            self.signalled = time.monotonic()
            interrupt(process)
            self.wait_for(lambda: process.poll() is not None, seconds=END_WITHIN_SECONDS)

        ended = self.run_with("", ranks=2, during=during)
        self.took = time.monotonic() - self.signalled
        with h5py.File(self.output) as file:
            self.assertEqual(file.attrs["schema"], "scalemark/1")
        return ended

    def try_moments(self, seed, count, interrupt, check):
        """Interrupts `count` jobs, resumes each, and says what came of it."""
        random = moments(seed)
        stopped = resumed = 0
        longest = 0.0
        for _ in range(count):
            ended = self.interrupted(random.uniform(0, LONGEST_SECONDS), interrupt)
            check(ended)
            longest = max(longest, self.took)
            missing = len(TINY_CASES) * TINY_REPETITIONS - repetitions_in(self.output)
            if missing or set(ended.codes.values()) != {0}:
                stopped += 1
                resumed += missing
                again = self.run_with("", "--resume", ranks=2)
                self.assertEqual(again.code, 0, again.log)
            self.assert_complete()
        print(f"{self.id().rpartition('.')[2]}: {stopped} of {count} jobs stopped before their end, at most {longest:.1f} s after "
              f"the signal; {resumed} repetitions measured by resuming")

    def test_sigusr1_to_the_launcher(self):
        def check(ended):
            self.assertIn(set(ended.codes.values()), ({5}, {0}), ended.log)
            if ended.codes[0] == 5:
                self.assertRegex(ended.log, "stopped early by SIGUSR1; go on with: mpirun -n 2 .*scalemark run .* --resume")

        self.try_moments(7, MOMENTS, lambda process: process.send_signal(signal.SIGUSR1), check)

    def test_sigterm_to_the_ranks(self):
        def check(ended):
            self.assertTrue(set(ended.codes.values()) <= {5, 0}, ended.log)

        self.try_moments(8, MOMENTS, terminate_ranks, check)

    def test_sigterm_does_not_wait_for_a_step_that_takes_an_hour(self):
        def during(process):
            # The last thing written before a visit is that its case is in flight.
            self.wait_for(lambda: self.output.exists() and statuses(self.output))
            terminate_ranks(process)
            self.wait_for(lambda: process.poll() is not None, seconds=END_WITHIN_SECONDS)

        ended = self.run_with("*:forward:delay=1h", ranks=2, during=during)
        self.assertEqual(set(ended.codes.values()), {5}, ended.log)
        with h5py.File(self.output) as file:
            self.assertEqual(file.attrs["schema"], "scalemark/1")

    def test_sigterm_to_the_launcher(self):
        """It kills the ranks 2 s after it has told them: what the file holds is whole all the same."""
        self.try_moments(9, campaign(in_ci=2), lambda process: process.send_signal(signal.SIGTERM), lambda _: None)


class Deadline(FaultTest):
    SWEEP = TINY

    def test_the_job_ends_before_slurm_ends_it_with_whole_sets(self):
        """30 s are kept for closing; a sweep of some 100 s is given 10 s more."""
        os.environ["SLURM_JOB_END_TIME"] = str(int(time.time()) + 40)
        self.addCleanup(os.environ.pop, "SLURM_JOB_END_TIME")
        ended = self.run_with("*:forward:delay=200ms", "--set", "measure.repetitions=3", ranks=2, timeout=40)
        self.assertEqual(ended.codes[0], 5, ended.log)
        with h5py.File(self.output) as file:
            done = {name: case["full/step_seconds"].shape[0] for name, case in file["cases"].items()
                    if "full/step_seconds" in case}
        self.assertTrue(done)
        for gpus_1, count in done.items():
            if "gpus=1" in gpus_1:
                other = done.get(gpus_1.replace("gpus=1", "gpus=2"), 0)
                self.assertLessEqual(abs(count - other), 1, "what is compared is measured together")

    def test_a_requeued_job_goes_on_by_itself(self):
        first = self.run_with("0:write@7:kill", ranks=2)
        self.assertEqual(first.codes[0], 137, first.log)
        self.assertEqual(self.run_with("", ranks=2).code, 2, "an output that exists is refused")
        os.environ["SLURM_RESTART_COUNT"] = "1"
        self.addCleanup(os.environ.pop, "SLURM_RESTART_COUNT")
        self.assertEqual(self.run_with("", ranks=2).code, 0)
        self.assert_complete()


if __name__ == "__main__":
    unittest.main(verbosity=2)
