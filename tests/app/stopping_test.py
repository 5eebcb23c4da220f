"""How a run ends before its last case: Ctrl-C, SIGTERM, and what it says of going on."""

import shlex
import signal
import subprocess
import unittest

import h5py

from scalemark_runs import BIN, RunTest


class Interrupted(RunTest):
    ENDLESS = ("--set", "sweep={gpus: [1], batch_size: [2]}", "--set", "measure.repetitions=5000")

    def repetitions(self):
        if not self.output.exists():
            return 0
        with h5py.File(self.output) as file:
            return sum(len(case.get("visit", ())) for case in file.get("cases", {}).values())

    def test_ctrl_c_stops_after_the_repetition_and_says_how_to_go_on(self):
        job = self.start(*self.ENDLESS, ranks=None)
        self.wait_for(lambda: self.repetitions() > 0)
        job.process.send_signal(signal.SIGINT)
        run = job.wait()
        self.assertEqual(run.returncode, 5, run.stderr)
        self.assertIn("Ctrl-C: the job stops after this repetition", run.stderr)
        command = run.stderr.splitlines()[-1].partition("stopped early by Ctrl-C; go on with: ")[2]
        words = shlex.split(command)
        self.assertEqual(words[:3], [str(BIN / "scalemark"), "run", str(self.config)])
        self.assertIn("sweep={gpus: [1], batch_size: [2]}", words)
        self.assertIn("--resume", words)
        with h5py.File(self.output) as file:
            (case,) = file["cases"].values()
            self.assertEqual(case["full/step_seconds"].shape[0], case["visit"].shape[0], "whole repetitions")

    def test_a_second_ctrl_c_does_not_wait_for_the_repetition(self):
        job = self.start(*self.ENDLESS, ranks=None, environment={"SCALEMARK_FAULT": "0:forward@2:delay=300s"})
        self.wait_for(self.output.exists)
        job.process.send_signal(signal.SIGINT)
        self.assertTrue(any("a second Ctrl-C" in line for line in iter(job.process.stderr.readline, "")))
        job.process.send_signal(signal.SIGINT)
        self.assertEqual(job.wait(timeout=60).returncode, 5)

    def test_sigterm_says_why_the_job_stopped(self):
        job = self.start(*self.ENDLESS, ranks=None)
        self.wait_for(self.output.exists)
        job.process.send_signal(signal.SIGTERM)
        run = job.wait()
        self.assertEqual(run.returncode, 5, run.stderr)
        self.assertRegex(run.stderr, "SIGTERM: the job stops; .* go on with: .*scalemark run .* --resume")

    def test_to_go_on_it_needs_its_file(self):
        run = subprocess.run([BIN / "scalemark", "run", self.config, "--resume"], cwd=self.folder, capture_output=True, text=True)
        self.assertEqual(run.returncode, 2, run.stderr)
        self.assertIn("--resume needs the file to continue: write --resume --output FILE.h5; no file in this folder", run.stderr)


if __name__ == "__main__":
    unittest.main(verbosity=2)
