"""scripts/gpu-session in a folder as scripts/bundle --tests makes it, whose programs are stand-ins: what it starts, in which order, and
what becomes of a part that hangs."""

import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(__file__).parents[2]
SAY = 'echo "$(basename "$0") $*"'
STAND_INS = {
    "nvidia-smi": 'case "$*" in *gpu=name*) echo "NVIDIA H200" ;; esac',
    "mpirun": 'echo "ranks: $2" && exec "${@:3}"',
    "scalemark": SAY,
    "python3": SAY,
    # A test that hangs leaves its process number.
    "gpu_case_test": f'{SAY}; [[ -z ${{HANG:-}} ]] || {{ echo $$ >"$HANG"; exec sleep 600; }}',
    **{name: SAY for name in ("resident_loader_test", "kernels_test", "nn_network_test", "nccl_communicator_test")},
}
PARTS = ["tests", "memory", "weights", "abort", "max_batch", "comm", "fill"]


class GpuSession(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        for name in ("bundle/bin", "bundle/scripts", "work"):
            (self.folder / name).mkdir(parents=True)
        shutil.copy(ROOT / "scripts/gpu-session", self.folder / "bundle")
        shutil.copy(ROOT / "scripts/gpu-tests", self.folder / "bundle/scripts")
        for name, text in STAND_INS.items():
            path = self.folder / "bundle/bin" / name
            path.write_text(f"#!/bin/bash\n{text}\n")
            path.chmod(0o755)

    def session(self, *parts, **environment):
        run = subprocess.run([self.folder / "bundle/gpu-session", *parts], cwd=self.folder / "work", capture_output=True, text=True,
                             timeout=60, env={**os.environ, "PATH": f"{self.folder}/bundle/bin:{os.environ['PATH']}", **environment})
        return run.returncode, run.stderr

    def log(self, part):
        (folder,) = (path for path in (self.folder / "work").iterdir() if path.is_dir())
        self.assertTrue(folder.name.startswith("gpu-session-nvidia-h200-"), "the hardware is named")
        self.assertTrue((self.folder / "work" / f"{folder.name}.tar.gz").exists())
        return (folder / f"{part}.log").read_text()

    def test_what_must_be_seen_first(self):
        code, said = self.session()
        self.assertEqual(code, 0, said)
        begun = [line.split()[1] for line in said.splitlines() if "at most" in line]
        self.assertEqual(begun, PARTS)
        self.assertEqual(self.log("tests").split("\n")[:4], ["ranks: 1", "gpu_case_test ", "ranks: 2", "gpu_case_test "])
        self.assertIn("kernels_test --gtest_filter=*OnGpu*", self.log("tests"))
        self.assertRegex(self.log("weights"), r"gpu_step\.py .*--batches 32 512")
        self.assertRegex(self.log("abort"), r"node-acceptance .*--only killed,stopped --gpus 2 --share-gpu")
        self.assertRegex(self.log("fill"), r"ranks: 2\nscalemark run fill\.yaml")

    def test_a_part_that_hangs_is_ended_and_named(self):
        number = self.folder / "number"
        code, said = self.session("tests", "fill", HANG=str(number), SCALEMARK_SESSION_SECONDS="2")
        self.assertEqual(code, 1)
        self.assertIn("failed: tests fill (no time left)", said)
        self.assertFalse(self.lives(number.read_text().strip()), "its processes are gone")

    @staticmethod
    def lives(pid):
        try:
            return pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
        except OSError:
            return False

    def test_a_long_part_takes_its_time(self):
        code, said = self.session("ablation", SCALEMARK_SESSION_SECONDS="0")
        self.assertEqual(code, 0, said)
        self.assertIn("configs/gpu-ablation.yaml", self.log("ablation"))

    def test_a_name_that_is_none(self):
        code, said = self.session("test")
        self.assertEqual(code, 2)
        self.assertIn("test is not one of: tests memory", said)


if __name__ == "__main__":
    unittest.main()
