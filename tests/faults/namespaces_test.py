"""Ranks in PID namespaces of their own, as containers give them: the number by which a rank finds another's shared memory
is that of a stranger's file. Whatever that file is, messages take the place of shared memory and the losses stay the same."""

import os
import subprocess
import sys
import time
import unittest

import h5py

from fault_runs import MPIRUN, SWEEP, RunTest

# Rank 1 starts in a new PID namespace under the number of a process outside; the shell there is process 1.
IN_A_NAMESPACE = """#!/bin/bash
if [ "$OMPI_COMM_WORLD_RANK" = 1 ]; then
  exec unshare --pid --fork --kill-child bash -c \\
    'echo $((DECOY - 1)) >/proc/sys/kernel/ns_last_pid && "$0" "$@"; exit $?' "$@"
fi
exec "$@"
"""

# A process whose every low descriptor is the file that the expression makes.
DECOY = """
import os, sys
descriptor = eval(sys.argv[1])
for other in range(3, 200):
    if other != descriptor:
        os.dup2(descriptor, other)
print("ready", flush=True)
sys.stdin.read()
"""
FILES = {
    "an empty memfd, a touch of which is a SIGBUS": "os.memfd_create('scalemark')",
    "a pipe that nobody writes to": "os.pipe()[0]",
    "a file of gigabytes of zeros": "(lambda fd: os.truncate(fd, 1 << 33) or fd)(os.memfd_create('scalemark'))",
    "a device": "os.open('/dev/zero', os.O_RDWR)",
}


def why_not():
    """The reason why this machine cannot do it; None where it can."""
    probe = subprocess.run(["unshare", "--pid", "--fork", "bash", "-c", "echo 5000 >/proc/sys/kernel/ns_last_pid"],
                           capture_output=True, text=True)
    return probe.stderr.strip() or None if probe.returncode else None


class Namespaces(RunTest):
    def setUp(self):
        super().setUp()
        self.config = self.write_config(SWEEP)

    def losses(self):
        with h5py.File(self.output) as file:
            losses = {case: list(file[f"cases/{case}/loss"][:]) for case in file["cases"]}
        self.assertEqual(len(losses), 1)
        self.output.unlink()
        return losses

    def launcher(self, decoy):
        script = self.folder / "in_a_namespace"
        script.write_text(IN_A_NAMESPACE.replace("DECOY", str(decoy)))
        script.chmod(0o755)
        return [MPIRUN, "-n", "2", str(script)]

    def run_two(self, **options):
        ended = self.run_sweep("--set", "sweep.gpus=[2]", **options)
        self.assertEqual(ended.returncode, 0, ended.stderr)
        return self.losses()

    def test_a_strangers_file_behind_the_number_is_left_alone(self):
        undisturbed = self.run_two(ranks=2)
        for what, expression in FILES.items():
            decoy = subprocess.Popen([sys.executable, "-c", DECOY, expression], stdin=subprocess.PIPE,
                                     stdout=subprocess.PIPE, text=True)
            try:
                self.assertEqual(decoy.stdout.readline(), "ready\n")
                with self.subTest(what=what):
                    start = time.monotonic()
                    self.assertEqual(self.run_two(launcher=self.launcher(decoy.pid)), undisturbed)
                    print(f"{what}: the sweep is complete after {time.monotonic() - start:.1f} s")
            finally:
                decoy.communicate("")


if __name__ == "__main__":
    reason = why_not()
    if reason:
        print(f"skipped: {reason}", file=sys.stderr)
        sys.exit(int(os.environ["SCALEMARK_SKIP_CODE"]))
    unittest.main(verbosity=2)
