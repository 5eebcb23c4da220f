"""The container definitions parse (by spython, which Singularity's own people wrote), and what they name exists."""

import os
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

from spython.main.parse.parsers import SingularityParser

SOURCE = pathlib.Path(__file__).parents[2]
DEFINITIONS = sorted((SOURCE / "singularity").glob("*.def"))
SECTIONS = ("post", "environment", "runscript", "test")


def script(path, name):
    """The lines of a section of the last stage that has it."""
    text = re.split(rf"^%{name}\n", path.read_text(), flags=re.M)[-1]
    return re.split(r"^(?:%\w|Bootstrap:)", text, flags=re.M)[0]


class Definitions(unittest.TestCase):
    def test_there_is_one_for_each_line(self):
        self.assertEqual([path.name for path in DEFINITIONS], ["scalemark-cuda12.6.def", "scalemark-cuda13.0.def"])

    def test_they_parse_into_two_stages(self):
        for path in DEFINITIONS:
            with self.subTest(path.name):
                stages = SingularityParser(str(path)).recipe
                self.assertEqual(list(stages), ["build", "final"])
                self.assertEqual([stage.fromHeader for stage in stages.values()], ["debian:bookworm", "debian:bookworm-slim"])
                final = stages["final"]
                self.assertIn("exec /opt/scalemark/bin/scalemark", str(final.cmd))
                self.assertTrue(final.test)
                self.assertTrue(any("SCALEMARK_TORCH" in word for word in final.environ))
                self.assertTrue(any("scalemark.libtorch" in label for label in final.labels))

    def test_their_shell_is_sound(self):
        for path in DEFINITIONS:
            for name in SECTIONS:
                with self.subTest(f"{path.name} %{name}"), tempfile.NamedTemporaryFile("w", suffix=".sh") as file:
                    file.write("#!/bin/sh\n" + script(path, name))
                    file.flush()
                    check = subprocess.run(["shellcheck", "--norc", file.name], capture_output=True, text=True)
                    self.assertEqual(check.returncode, 0, check.stdout)

    def test_versions_are_the_locked_ones(self):
        for path, lock in zip(DEFINITIONS, ("requirements-cuda12.lock", "requirements.lock")):
            locked = re.search(r"^torch==(\S+)", (SOURCE / "scripts" / lock).read_text(), re.M)[1]
            self.assertIn(f"scalemark.libtorch {locked}\n", path.read_text())
            self.assertIn(f"SCALEMARK_TORCH_LINE={path.stem.removeprefix('scalemark-')} ", path.read_text())
        self.assertTrue(os.access(SOURCE / "singularity/make-runtime", os.X_OK))

    def test_a_job_enters_the_container_and_becomes_the_program(self):
        """A stand-in for singularity, which takes its options away and does the rest."""
        with tempfile.TemporaryDirectory() as folder:
            stand_in = pathlib.Path(folder) / "singularity"
            stand_in.write_text("#!/bin/bash\necho \"$@\" >&2\nwhile [[ $1 != *.sif ]]; do shift; done\nshift\nexec \"$@\"\n")
            stand_in.chmod(0o755)
            run = subprocess.run(
                [SOURCE / "slurm/scalemark", "run", "two words.yaml"], capture_output=True, text=True,
                env={**os.environ, "SINGULARITY": str(stand_in), "SINGULARITY_IMAGE": "image.sif", "OVERLAY_FILE": "o.ext3",
                     "DATASET_PATH": "/data", "SCALEMARK": "/usr/bin/printf"})
        self.assertTrue(run.stderr.startswith("exec --nv --overlay o.ext3:ro --bind /data:/data:ro image.sif /bin/bash -c"), run.stderr)
        self.assertEqual((run.returncode, run.stdout), (0, "run"), "printf's format is the first argument")


if __name__ == "__main__":
    unittest.main(verbosity=2)
