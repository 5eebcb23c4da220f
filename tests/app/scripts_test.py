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


if __name__ == "__main__":
    unittest.main()
