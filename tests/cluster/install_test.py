"""scripts/install and `cmake --install`: an ordinary user without a home sweeps with the tree, wherever it was moved to; what is missing
is said in a line; its module file loads; and uninstalling leaves what was there before, and nothing else."""

import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

from bundle_test import CONFIG, SOURCE, BUILD, torch_folder, why_not

NOBODY = 65534
INSTALL = SOURCE / "scripts/install"
MODULES = pathlib.Path("/usr/share/modules/init/bash")
MPIRUN = os.environ.get("SCALEMARK_MPIRUN", "mpirun")


class Install(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.holder = tempfile.TemporaryDirectory(prefix="scalemark-install-")
        cls.addClassCleanup(cls.holder.cleanup)
        cls.folder = pathlib.Path(cls.holder.name)
        cls.folder.chmod(0o755)
        for name in ("home", "work", "site", "elsewhere"):
            (cls.folder / name).mkdir()
        (cls.folder / "work").chmod(0o777)
        (cls.folder / "home/tiny.yaml").write_text(CONFIG)
        (cls.folder / "home").chmod(0o555)
        cls.torch = cls.folder / "site/torch"  # where every user can read it
        cls.tree = cls.folder / "elsewhere/tree"
        made = cls.folder / "prefix"
        cls.run_as(0, INSTALL, "--build", BUILD, made, SCALEMARK_TORCH=cls.torch).check_returncode()
        made.rename(cls.tree)

    @classmethod
    def run_as(cls, user, *command, cwd=None, home=False, **environment):
        """Where LibTorch lies below `site` too, as by an administrator's mount. HOME is not set."""
        mounts = f'mount --bind "{torch_folder().parent}" "{cls.folder}/site" && exec setpriv --reuid={user} --regid={user} --clear-groups "$@"'
        kept = {name: value for name, value in os.environ.items() if name.startswith("OMPI_") or (home and name == "HOME")}
        return subprocess.run(["unshare", "--mount", "sh", "-c", mounts, "sh", *map(str, command)], cwd=cwd or cls.folder / "home",
                              capture_output=True, text=True, timeout=240,
                              env={"PATH": os.environ["PATH"] + ":/usr/sbin:/sbin", "OMP_NUM_THREADS": "1", **kept,
                                   **{name: str(value) for name, value in environment.items()}})

    def scalemark(self, *arguments, user=NOBODY, launcher=(), **options):
        return self.run_as(user, *launcher, self.tree / "bin/scalemark", *arguments, **options)

    def succeed(self, *arguments, **options):
        ended = self.scalemark(*arguments, **options)
        self.assertEqual(ended.returncode, 0, ended.stdout + ended.stderr)
        return ended.stdout

    def test_an_ordinary_user_sweeps_on_two_ranks_and_reports(self):
        output = self.folder / "work/out.h5"
        self.succeed("run", "tiny.yaml", "--output", output, launcher=[MPIRUN, "-n", "2"])
        self.assertEqual(output.stat().st_uid, NOBODY)
        self.assertRegex(self.succeed("report", output), r"gpus=2 +ok")
        self.assertIn("LibTorch", self.succeed("info"))
        self.succeed("doctor", "--output", output)
        self.assertEqual([path.name for path in (self.folder / "home").iterdir()], ["tiny.yaml"])

    def test_what_comes_with_it_is_found(self):
        self.assertIn("hpml-lab5", self.succeed("list", "configs"))
        mistaken = self.scalemark("run", "configs/quickstart.yaml", "--set", "none.such=1")
        self.assertEqual(mistaken.returncode, 2)
        self.assertNotIn("there is no such config file", mistaken.stderr)
        report = self.succeed("report", "results/published/tiny-imagenet.csv", cwd=self.folder / "work")
        self.assertIn("published", report)
        self.assertTrue((self.folder / "work/tiny-imagenet-report/report.html").is_file(), "not written into the installation")
        submit = self.run_as(NOBODY, self.tree / "share/scalemark/slurm/submit", "--dry-run", "--cpu", "--output-dir", self.folder / "work",
                             self.tree / "share/scalemark/configs/quickstart.yaml")
        self.assertEqual(submit.returncode, 0, submit.stderr)
        self.assertIn(f"{self.tree}/share/scalemark/slurm/sweep.sbatch", submit.stdout)

    def module(self, *commands):
        """What the programs and messages of a shell are after these commands of Environment Modules."""
        script = "; ".join([f"source {MODULES}", f"module use {self.tree}/share/modulefiles", *commands])
        return self.run_as(NOBODY, "bash", "-c", script)

    @unittest.skipUnless(MODULES.exists(), "needs the package environment-modules")
    def test_its_module_file_leads_to_the_moved_tree(self):
        (version,) = re.findall(r"^scalemark (\S+)", self.succeed("--version"), re.MULTILINE)[:1]
        found = self.module("module load scalemark", "command -v scalemark submit", "module list", "module unload scalemark",
                            "command -v scalemark || echo gone")
        self.assertEqual(found.stdout.split(), [f"{self.tree}/bin/scalemark", f"{self.tree}/share/scalemark/slurm/submit", "gone"], found.stderr)
        self.assertIn(f"scalemark/{version}", found.stderr)
        self.assertIn(f"{self.tree}/share/scalemark/docs", self.module("module help scalemark").stderr)
        # A site's own folder may hold a link to it, and two versions exclude each other.
        site = self.folder / "site-modules/scalemark"
        site.mkdir(parents=True)
        (site / "9.9.9").symlink_to(self.tree / f"share/modulefiles/scalemark/{version}")
        two = self.module(f"module use {site.parent}", "module load scalemark/9.9.9", "command -v scalemark", f"module load scalemark/{version}")
        self.assertEqual(two.stdout.strip(), f"{self.tree}/bin/scalemark", two.stderr)
        self.assertIn("conflict", two.stderr.lower())

    def test_every_user_can_read_it_and_no_path_leads_to_where_it_was_built(self):
        for path in self.tree.rglob("*"):
            mode = path.lstat().st_mode
            self.assertTrue(path.is_symlink() or mode & 0o044 == 0o044, path)
            self.assertFalse(mode & 0o022 and not path.is_symlink(), f"{path}: others can write it")
        for program in ("scalemark", "scalemark-run"):
            lines = subprocess.run(["readelf", "-d", self.tree / "libexec/scalemark" / program], capture_output=True, text=True).stdout
            (paths,) = [line for line in lines.splitlines() if "RUNPATH" in line]
            self.assertTrue(all(part.startswith("$ORIGIN/") for part in paths.partition("[")[2].rstrip("]").split(":")), paths)

    def test_without_libtorch_it_says_so_in_a_line(self):
        moved = self.folder / "elsewhere/linked"
        linked = subprocess.run(["cmake", "--install", BUILD, "--prefix", moved], capture_output=True, text=True)
        self.assertEqual(linked.returncode, 0, linked.stderr)
        (moved / "lib/scalemark/torch").unlink()
        (self.folder / "secret").mkdir(mode=0o700)
        (moved / "lib/scalemark/torch").symlink_to(self.folder / "secret/torch")
        for words, environment in ((["run", "tiny.yaml"], {}), (["doctor"], {"SCALEMARK_TORCH": "/nowhere"})):
            ended = self.run_as(NOBODY, moved / "bin/scalemark", *words, **environment)
            self.assertEqual((ended.returncode, ended.stderr.count("\n")), (2, 1), ended.stderr)
            self.assertIn("SCALEMARK_TORCH", ended.stderr)
        ended = self.run_as(NOBODY, moved / "bin/scalemark-run", "info")
        self.assertEqual((ended.returncode, ended.stderr.count("\n")), (2, 1), ended.stderr)
        # Without the starter the loader would say it, one library at a time, and end with 127.
        ended = self.run_as(NOBODY, moved / "libexec/scalemark/scalemark", "run", "tiny.yaml")
        self.assertEqual((ended.returncode, ended.stderr.count("\n")), (2, 1), ended.stderr)
        self.assertRegex(ended.stderr, r"its libraries are missing, or this user may not read them: .*libtorch_cpu\.so")


class Uninstall(unittest.TestCase):
    def setUp(self):
        holder = tempfile.TemporaryDirectory()
        self.addCleanup(holder.cleanup)
        self.folder = pathlib.Path(holder.name)
        self.prefix = self.folder / "prefix"

    def install(self):
        subprocess.run([INSTALL, "--build", BUILD, "--torch", "none", self.prefix], check=True, capture_output=True)

    def uninstall(self, prefix):
        return subprocess.run([INSTALL, "--uninstall", prefix], capture_output=True, text=True)

    def test_a_new_folder_is_gone_afterwards(self):
        self.install()
        self.prefix.rename(self.folder / "moved")
        ended = self.uninstall(self.folder / "moved")
        self.assertEqual((ended.returncode, ended.stderr), (0, ""))
        self.assertEqual(list(self.folder.iterdir()), [])

    def test_what_else_is_there_stays(self):
        for name in ("bin/other", "share/doc/other"):
            (self.prefix / name).parent.mkdir(parents=True)
            (self.prefix / name).write_text("x")
        before = sorted(self.prefix.rglob("*"))
        self.install()
        again = subprocess.run([INSTALL, "--build", BUILD, "--torch", "none", self.prefix], capture_output=True, text=True)
        self.assertEqual(again.returncode, 2)
        self.assertIn("exists already", again.stderr)
        own = self.prefix / "share/scalemark/configs/own.yaml"
        own.write_text("x")
        ended = subprocess.run([self.prefix / "share/scalemark/uninstall"], capture_output=True, text=True)
        self.assertEqual(ended.returncode, 0, ended.stderr)
        self.assertTrue(own.exists())
        self.assertIn("share/scalemark/configs/own.yaml was not installed, and stays", ended.stderr)
        shutil.rmtree(self.prefix / "share/scalemark")
        self.assertEqual(sorted(self.prefix.rglob("*")), before)

    def test_a_folder_of_others_is_refused(self):
        (self.folder / "other/bin").mkdir(parents=True)
        (self.folder / "other/bin/scalemark").write_text("x")
        ended = self.uninstall(self.folder / "other")
        self.assertEqual(ended.returncode, 2)
        self.assertIn("scripts/install did not make it", ended.stderr)
        self.assertTrue((self.folder / "other/bin/scalemark").exists())

    def test_a_manifest_cannot_name_other_files(self):
        self.install()
        manifest = self.prefix / "share/scalemark/manifest"
        sound = manifest.read_text()
        victim = self.folder / "victim"
        victim.write_text("precious")
        for line in ("f ../victim", "f share/scalemark/../../../victim", f"f {victim}", "f bin/other"):
            manifest.write_text(sound + line + "\n")
            ended = self.uninstall(self.prefix)
            self.assertEqual(ended.returncode, 2, line)
            self.assertIn("nothing was removed", ended.stderr)
        manifest.write_text(sound)
        (self.prefix / "lib/scalemark").rename(self.folder / "moved")
        (self.prefix / "lib/scalemark").symlink_to(self.folder / "moved")
        self.assertEqual(self.uninstall(self.prefix).returncode, 2)
        self.assertTrue(victim.exists() and (self.prefix / "bin/scalemark").exists())


if __name__ == "__main__":
    reason = why_not()
    if reason:
        print(f"skipped: {reason}", file=sys.stderr)
        sys.exit(int(os.environ["SCALEMARK_SKIP_CODE"]))
    unittest.main(verbosity=2)
