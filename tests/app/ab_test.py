"""`scripts/ab`: two builds take turns, and a slow one is found."""

import csv
import os
import pathlib
import subprocess

from scalemark_runs import BIN, MPIRUN, RunTest, unittest

SCRIPT = pathlib.Path(__file__).parents[2] / "scripts/ab"
TINY = """
    name: tiny
    device: cpu
    model: revnet-3-3-3
    dataset: {name: synthetic, images: 16, image_size: 16}
    loader: {workers: 1}
    measure: {warmup_steps: 0, steps: 2, repetitions: 5}
    cases: [{gpus: 2, batch_size: 2}]
"""


class AlternatedBuilds(RunTest):
    def build(self, name, environment=":"):
        """A build folder whose program writes its name into a log, and is the real one."""
        program = self.folder / name / "bin/scalemark"
        program.parent.mkdir(parents=True)
        program.write_text(f"""#!/bin/bash
[[ $1 == run && ${{OMPI_COMM_WORLD_RANK:-0}} == 0 ]] && echo {name} >>"{self.folder}/order"
{environment}
exec "{BIN}/scalemark" "$@"
""")
        program.chmod(0o755)
        return self.folder / name

    def ab(self, *arguments, **environment):
        return subprocess.run([SCRIPT, *map(str, arguments)], cwd=self.folder, capture_output=True, text=True, timeout=550,
                              env={**os.environ, "LAUNCH": f"{MPIRUN} -n 2", "OUTPUT": "out", **environment})

    def test_a_slow_build_is_found_by_rounds_that_alternate(self):
        config = self.write_config(TINY, "ab.yaml")
        run = self.ab(self.build("base"), self.build("new", "export SCALEMARK_FAULT=1:forward:delay=3s"), config, ROUNDS="4")
        self.assertEqual(run.returncode, 1, run.stderr)
        self.assertEqual((self.folder / "order").read_text().split(), ["base", "new", "new", "base"] * 2)
        self.assertIn("took turns", run.stdout)
        (row,) = csv.DictReader((self.folder / "out/compare/compare.csv").read_text().splitlines())
        self.assertEqual((row["verdict"], row["base_jobs"], row["new_jobs"]), ("slower", "4", "4"))
        # One repetition a job, whatever the config asks for.
        self.assertEqual(row["base_repetitions"], "4")
        self.assertGreater(float(row["ratio_low"]), 1.05)

    def test_what_cannot_be_run_is_refused(self):
        base = self.build("base")
        config = self.write_config(TINY, "ab.yaml")
        for arguments, environment in (((base, base), {}), ((base, self.folder / "none", config), {}),
                                       ((base, base, config), {"ROUNDS": "1"})):
            self.assertEqual(self.ab(*arguments, **environment).returncode, 2)
        self.assertFalse((self.folder / "out").exists())
        run = self.ab(base, base, config, "--set", "model=nothing")
        self.assertEqual(run.returncode, 2, run.stderr)
        self.assertIn("base, round 001, ended with 2", run.stderr)


if __name__ == "__main__":
    unittest.main(verbosity=2)
