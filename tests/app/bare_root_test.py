"""report, compare, predict, import and info run in a root folder that holds the program, its shared libraries and nothing
else: no LibTorch, no MPI, no CUDA, no Python, not even a shell."""

import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest

BIN = pathlib.Path(os.environ["SCALEMARK_BIN"])
SOURCE = pathlib.Path(os.environ["SCALEMARK_SOURCE"])
SWEEP = SOURCE / "results/quickstart/quickstart.h5"
FIGURES = SOURCE / "results/published/resnet18-cifar10-ddp.csv"


def shared_libraries(program):
    """Every library that the loader maps, and the loader itself."""
    lines = subprocess.run(["ldd", program], check=True, capture_output=True, text=True).stdout
    return [pathlib.Path(path) for path in re.findall(r"(/\S+) \(0x", lines)]


class BareRoot(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name)
        self.libraries = shared_libraries(BIN / "scalemark")
        for path in self.libraries:
            copy = self.root / path.relative_to("/")
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, copy)
        for path in (BIN / "scalemark", SWEEP, FIGURES):
            shutil.copy(path, self.root)
        # As root, or as the root of a user namespace of its own.
        chroot = shutil.which("chroot", path=os.environ["PATH"] + ":/usr/sbin:/sbin")
        self.chroot = [chroot] if os.geteuid() == 0 else [shutil.which("unshare"), "--user", "--map-root-user", chroot]

    def scalemark(self, *arguments):
        run = subprocess.run([*self.chroot, self.root, "/scalemark", *arguments], capture_output=True, text=True,
                             timeout=120, env={})
        self.assertEqual(run.returncode, 0, run.stderr)
        return run.stdout

    def test_no_library_of_a_measuring_machine_is_linked(self):
        for path in self.libraries:
            self.assertNotRegex(path.name, r"torch|c10|mpi|open-(rte|pal)|cuda|nccl|nvidia|cudnn")

    def test_the_commands_that_read(self):
        self.assertIn("speed-up", self.scalemark("report", "/quickstart.h5", "--output", "/report"))
        self.assertTrue((self.root / "report/report.html").stat().st_size > 10_000)
        self.assertIn("| 1.00 [", self.scalemark("compare", "/quickstart.h5", "/quickstart.h5"))
        self.assertIn("predicted", self.scalemark("predict", "/quickstart.h5", "--gpus", "8..64").lower())
        self.scalemark("import", "/" + FIGURES.name, "--output", "/figures.h5")
        self.assertIn("batch_per_rank=512", self.scalemark("info", "/figures.h5"))


if __name__ == "__main__":
    unittest.main(verbosity=2)
