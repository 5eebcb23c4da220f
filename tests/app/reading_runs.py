"""Starts the commands that read, as a user does: they need neither MPI nor LibTorch, and neither do their tests."""

import csv
import os
import pathlib
import subprocess
import tempfile
import unittest

BIN = pathlib.Path(os.environ["SCALEMARK_BIN"])
SAMPLE = pathlib.Path(os.environ["SCALEMARK_SAMPLE"])  # written by the project's own writer: one measured case on two ranks
SOURCE = pathlib.Path(os.environ["SCALEMARK_SOURCE"])
MEASURED = "resnet18-2x128"
SWEEP = SOURCE / "results/quickstart/quickstart.h5"


class ReadingTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def scalemark(self, *arguments, code=0):
        run = subprocess.run([BIN / "scalemark", *map(str, arguments)], capture_output=True, text=True, timeout=60)
        self.assertEqual(run.returncode, code, run.stdout + run.stderr)
        return run

    def assert_refused(self, *arguments):
        """Exit code 2, one line, nothing on stdout."""
        run = self.scalemark(*arguments, code=2)
        self.assertEqual((run.stdout, run.stderr.count("\n")), ("", 1), run.stderr)
        return run.stderr

    def table(self, path):
        with open(path, newline="") as file:
            return list(csv.DictReader(file))
