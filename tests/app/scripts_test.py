"""What the scripts of the set-up make of the environment that they find."""

import os
import pathlib
import pwd
import subprocess
import unittest

ROOT = pathlib.Path(__file__).parents[2]


def dependencies_folder(**environment):
    kept = {name: value for name, value in os.environ.items() if name not in ("HOME", "XDG_CACHE_HOME", "SCALEMARK_DEPS")}
    run = subprocess.run(["bash", "-c", 'set -euo pipefail; source scripts/common.sh; echo "$deps"'], cwd=ROOT, capture_output=True,
                         text=True, env={**kept, **environment})
    return run.stdout.strip() or run.stderr


class DependenciesFolder(unittest.TestCase):
    def test_home_may_be_unset(self):
        self.assertEqual(dependencies_folder(), pwd.getpwuid(os.getuid()).pw_dir + "/.cache/scalemark")

    def test_what_is_set_counts(self):
        self.assertEqual(dependencies_folder(HOME="/h"), "/h/.cache/scalemark")
        self.assertEqual(dependencies_folder(HOME="/h", XDG_CACHE_HOME="/c"), "/c/scalemark")
        self.assertEqual(dependencies_folder(HOME="/h", SCALEMARK_DEPS="/d"), "/d")


class Help(unittest.TestCase):
    def test_every_script_answers_help_and_does_nothing_else(self):
        scripts = [path for path in [*(ROOT / "scripts").iterdir(), ROOT / "slurm/submit"]
                   if path.is_file() and path.read_bytes().startswith(b"#!")]
        self.assertGreater(len(scripts), 15)
        for script in scripts:
            run = subprocess.run([script, "--help"], cwd=ROOT, capture_output=True, text=True, timeout=30)
            self.assertEqual((run.returncode, run.stderr), (0, ""), script.name)
            self.assertGreater(len(run.stdout.split()), 10, script.name)
            if "\nusage=\"usage" in script.read_text():
                self.assertIn("usage: ", run.stdout, script.name)


if __name__ == "__main__":
    unittest.main()
