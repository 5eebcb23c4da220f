"""What slurm/sweep.sbatch starts, by a stand-in for srun that writes its arguments down."""

import os
import pathlib
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(__file__).parents[2]
# An argument a line, an empty line behind each call.
SRUN = '#!/bin/bash\nprintf "%s\\n" "$@" "" >>"$CALLS"\n'


class BatchScript(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        for name in ("srun", "scalemark"):
            (self.folder / name).write_text(SRUN)
            (self.folder / name).chmod(0o755)

    def calls(self, *arguments):
        """What follows the config in `scalemark doctor` and in `scalemark run`, but for the output."""
        log = self.folder / "calls"
        log.unlink(missing_ok=True)
        run = subprocess.run(
            ["bash", ROOT / "slurm/sweep.sbatch", "sweep.yaml", *arguments], cwd=self.folder, capture_output=True, text=True,
            env={"PATH": f"{self.folder}:{os.environ['PATH']}", "CALLS": str(log), "SCALEMARK_SLURM": str(self.folder),
                 "SLURM_SUBMIT_DIR": str(self.folder), "SLURM_JOB_ID": "7", "SLURM_JOB_NAME": "sweep", "SLURM_NTASKS": "2",
                 "SLURM_JOB_NODELIST": "node1"})
        self.assertEqual(run.returncode, 0, run.stderr)
        found = {}
        for call in log.read_text().split("\n\n"):
            words = call.strip().split("\n")
            if "sweep.yaml" in words:
                at = words.index("sweep.yaml")
                found[words[at - 1]] = words[at + 1:words.index("--output")]
        return found["doctor"], found["run"]

    def test_doctor_checks_the_settings_of_the_run(self):
        for settings in (["--set", "quick=true"], ["--set=quick=true"], ["--set=quick=true", "--set", "device=cpu"]):
            self.assertEqual(self.calls("--", *settings), (settings, settings))

    def test_what_is_the_runs_alone_is_not_doctors(self):
        doctor, run = self.calls("--", "--quiet", "--set=device=cpu")
        self.assertEqual((doctor, run), (["--set=device=cpu"], ["--quiet", "--set=device=cpu"]))


if __name__ == "__main__":
    unittest.main()
