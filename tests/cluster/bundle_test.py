"""scripts/bundle's folder runs in a root that holds it, LibTorch, a C library, a shell and nothing else: no MPI package, no
compiler, no Python."""

import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

SOURCE = pathlib.Path(__file__).parents[2]
BUILD = pathlib.Path(os.environ["SCALEMARK_BIN"]).parent
# What the bundle takes from the node: the loader's and the C library's files, and the few programs of its starter.
NODE_LIBRARIES = r"/(ld-linux|lib(c|m|dl|rt|pthread|util|resolv)\.so)"
NODE_PROGRAMS = ("sh", "readlink", "dirname")
SITE = pathlib.Path("/opt/site-packages")
CONFIG = """
name: tiny
device: cpu
model: revnet-3-3-3
dataset: {name: synthetic, images: 64, image_size: 16}
loader: {workers: 1}
measure: {warmup_steps: 1, steps: 2, repetitions: 1}
sweep: {gpus: [1, 2], batch_size: [2]}
"""


def why_not():
    if os.geteuid() != 0:
        return "chroot and mount need root"
    probe = subprocess.run(["unshare", "--mount", "true"], capture_output=True, text=True)
    return probe.stderr.strip() or "unshare failed" if probe.returncode else None


def libraries(*files):
    lines = subprocess.run(["ldd", *files], check=True, capture_output=True, text=True).stdout
    return {pathlib.Path(path) for path in re.findall(r"(/\S+) \(0x", lines)}


def torch_folder():
    program = BUILD / "bin/scalemark-run"
    (path,) = {path.parents[1] for path in libraries(program) if path.name == "libtorch_cpu.so"}
    return path


class Bundle(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.holder = tempfile.TemporaryDirectory(prefix="scalemark-bundle-")
        cls.addClassCleanup(cls.holder.cleanup)
        cls.root = pathlib.Path(cls.holder.name)
        subprocess.run([SOURCE / "scripts/bundle", "--build", BUILD, cls.root / "opt/scalemark"], check=True)
        (cls.root / "opt/moved").mkdir()
        (cls.root / "opt/scalemark").rename(cls.root / "opt/moved/bundle")  # it may be carried anywhere
        cls.add_node()
        (cls.root / "home").mkdir()
        (cls.root / "home/tiny.yaml").write_text(CONFIG)
        (cls.root / "home").chmod(0o555)

    @classmethod
    def add_node(cls):
        programs = [pathlib.Path(shutil.which(name)) for name in NODE_PROGRAMS]
        needed = libraries(*programs) | {path for path in libraries(BUILD / "bin/scalemark-run") if re.search(NODE_LIBRARIES, str(path))}
        for path in [*programs, *needed]:
            copy = cls.root / path.relative_to("/")
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path.resolve(), copy)
        (cls.root / "bin").mkdir(exist_ok=True)
        if not (cls.root / "bin/sh").exists():
            shutil.copy(shutil.which("sh"), cls.root / "bin/sh")
        # The CUDA libraries that LibTorch and the program need lie beside it. Not where they were when the program was linked.
        cls.site = torch_folder().parent
        for name in ("proc", "dev", "tmp", "etc", SITE.relative_to("/")):
            (cls.root / name).mkdir(parents=True, exist_ok=True)
        (cls.root / "etc/passwd").write_text("root:x:0:0:root:/home:/bin/sh\nnobody:x:65534:65534::/home:/bin/sh\n")
        cls.root.chmod(0o755)
        (cls.root / "tmp").chmod(0o1777)
        cls.add_another_pmix()

    @classmethod
    def add_another_pmix(cls):
        """Where the PMIx of this machine looks for its parts: they do not fit the bundle's."""
        (own,) = pathlib.Path("/usr/lib").glob("*/pmix2/lib/pmix")
        parts = cls.root / own.relative_to("/")
        parts.mkdir(parents=True)
        (parts / "pmix_mca_pcompress_zlib.so").write_bytes(b"of another version")

    def inside(self, *command, user="root", **environment):
        """In a mount namespace of its own: nothing stays mounted. HOME is not set."""
        mounts = (f'mount -t proc proc "{self.root}/proc" && mount --rbind /dev "{self.root}/dev" && '
                  f'mount --bind "{self.site}" "{self.root}{SITE}" && cd "{self.root}/home" && exec chroot --userspec="{user}" "{self.root}" "$@"')
        return subprocess.run(["unshare", "--mount", "--pid", "--fork", "--kill-child", "sh", "-c", mounts, "sh", *command],
                              capture_output=True, text=True, timeout=240,
                              env={"PATH": os.environ["PATH"] + ":/usr/sbin:/sbin", "OMP_NUM_THREADS": "1",
                                   **{name: value for name, value in os.environ.items() if name.startswith("OMPI_")}, **environment})

    def test_an_ordinary_user_sweeps_on_two_ranks_by_its_own_mpirun(self):
        """In a home that cannot be written to, without HOME."""
        bundle, nobody = "/opt/moved/bundle", "65534:65534"
        run = self.inside(f"{bundle}/bin/mpirun", "-n", "2", f"{bundle}/bin/scalemark", "run", "/home/tiny.yaml", "--output",
                          "/tmp/out.h5", user=nobody, SCALEMARK_TORCH=f"{SITE}/torch")
        self.assertEqual(run.returncode, 0, run.stdout + run.stderr)
        self.assertNotIn("pmix_mca", run.stdout + run.stderr)
        self.assertEqual((self.root / "tmp/out.h5").stat().st_uid, 65534)
        self.assertEqual([path.name for path in (self.root / "home").iterdir()], ["tiny.yaml"])
        report = self.inside(f"{bundle}/bin/scalemark", "report", "/tmp/out.h5", user=nobody)
        self.assertEqual(report.returncode, 0, report.stderr)
        self.assertRegex(report.stdout, r"gpus=2 +ok")
        listed = self.inside(f"{bundle}/bin/scalemark", "list", "configs")
        self.assertIn("quickstart", listed.stdout)

    def test_one_rank_alone(self):
        run = self.inside("/opt/moved/bundle/bin/scalemark", "run", "/home/tiny.yaml", "--set", "sweep.gpus=[1]", "--output",
                          "/tmp/alone.h5", SCALEMARK_TORCH=f"{SITE}/torch")
        self.assertEqual(run.returncode, 0, run.stdout + run.stderr)

    def test_without_libtorch_it_says_what_is_missing(self):
        for command in ("run", "doctor", "comm", "pack"):
            run = self.inside("/opt/moved/bundle/bin/scalemark", command, "/home/tiny.yaml")
            self.assertEqual(run.returncode, 2, run.stderr)
            self.assertIn("set SCALEMARK_TORCH to a torch folder", run.stderr)


if __name__ == "__main__":
    reason = why_not()
    if reason:
        print(f"skipped: {reason}", file=sys.stderr)
        sys.exit(int(os.environ["SCALEMARK_SKIP_CODE"]))
    unittest.main(verbosity=2)
