"""A disk that is full, a folder that cannot be written, two jobs on one output: an error that names it, and nothing lost."""

import pathlib
import subprocess
import time
import unittest

import h5py

from fault_runs import BIN, FaultTest


class Storage(FaultTest):
    def mounted(self, options):
        """A small file system of its own, where this user may mount one."""
        folder = self.folder / "disk"
        folder.mkdir()
        mount = subprocess.run(["mount", "-t", "tmpfs", "-o", options, "none", folder], capture_output=True, text=True)
        if mount.returncode:
            self.skipTest(f"no file system can be mounted here: {mount.stderr.strip()}")
        self.addCleanup(subprocess.run, ["umount", folder], check=True)
        return folder

    def test_a_full_disk(self):
        folder = self.mounted("size=400k")
        self.output = folder / "out.h5"

        def fill(process):
            self.wait_for(lambda: self.output.exists() or process.poll() is not None)
            # So much is left that the file cannot be written once more.
            (folder / "other").write_bytes(bytes(400 * 1024 - 2 * self.output.stat().st_size))

        ended = self.run_with("", during=fill)
        self.assertEqual(set(ended.codes.values()), {4}, ended.log)
        self.assertRegex(ended.log, r"out.h5: cannot be written: No space left on device; it still holds what was committed")
        (folder / "other").unlink()
        with h5py.File(self.output) as file:
            self.assertEqual(file.attrs["schema"], "scalemark/1")
        self.assertEqual({path.name for path in folder.iterdir()} - {"out.h5.lock"}, {"out.h5"})

    def test_a_read_only_folder(self):
        folder = self.mounted("size=1m,ro")
        self.output = folder / "out.h5"
        ended = self.run_with("")
        self.assertEqual(set(ended.codes.values()), {2}, ended.log)
        self.assertIn("Read-only file system; choose another --output", ended.log)

    def test_the_file_has_the_mode_that_the_umask_leaves(self):
        for umask, mode in ((0o027, 0o640), (0o002, 0o664)):
            self.output.unlink(missing_ok=True)
            ended = self.run_with("", "--set", "measure.repetitions=1", limit=f"umask {umask:03o}")
            self.assertEqual(ended.code, 0, ended.log)
            self.assertEqual(self.output.stat().st_mode & 0o777, mode, f"umask {umask:03o}")

    def test_no_text_of_the_user_reaches_a_shell(self):
        command = "x; touch touched; $(touch touched) `touch touched` | touch touched"
        self.config = self.write_config(f"""
            name: quoted
            description: '{command}'
            device: cpu
            model: revnet-3-3-3
            dataset: {{name: synthetic, images: 16, image_size: 16}}
            measure: {{warmup_steps: 0, steps: 1, repetitions: 1}}
            cases: [{{label: '{command}', gpus: 1, batch_size: 2}}]
        """)
        self.output = self.folder / "$(touch touched);touch touched.h5"
        ended = self.run_with("", ranks=1)
        self.assertEqual(ended.code, 0, ended.log)
        for arguments in (["report", self.output, "--output", self.folder / "$(touch touched)"], ["info", self.output],
                          ["compare", self.output, self.output]):
            ended = subprocess.run([BIN / "scalemark", *arguments], cwd=self.folder, capture_output=True, text=True)
            self.assertEqual(ended.returncode, 0, ended.stderr)
        self.assertEqual([path for path in self.folder.rglob("*") if path.name == "touched"], [])
        self.assertFalse(pathlib.Path("touched").exists())

    def test_two_jobs_on_one_output(self):
        second = []

        def start_another(process):
            self.wait_for(self.output.exists)
            second.append(self.run_with("", "--resume"))
            second.append(self.run_with(""))

        first = self.run_with("*:forward:delay=200ms", during=start_another)
        self.assertEqual(first.code, 0, first.log)
        for refused in second:
            self.assertEqual(set(refused.codes.values()), {2}, refused.log)
            self.assertIn("is being written by process", refused.log)
        with h5py.File(self.output) as file:
            self.assertEqual(len(file["tables/cases"]), 1)
        self.assertFalse(pathlib.Path(f"{self.output}.lock").exists())


if __name__ == "__main__":
    unittest.main(verbosity=2)
