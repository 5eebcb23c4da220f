"""Mistakes at the command line and in configs: each ends with exit code 2 and one line that says what to write instead."""

import os
import pathlib
import subprocess
import tempfile
import unittest

BIN = pathlib.Path(os.environ["SCALEMARK_BIN"])
SOURCE = pathlib.Path(os.environ["SCALEMARK_SOURCE"])
SWEEP = SOURCE / "results/quickstart/quickstart.h5"
QUICK = SOURCE / "configs/quickstart.yaml"
RUN = ["run", QUICK]
SET = [*RUN, "--set"]

# The command line, and what the message holds.
COMMANDS = [
    ([], ["no command is given", "run, doctor", "--help"]),
    (["rnu"], ["rnu: did you mean scalemark run?"]),
    (["reprot", SWEEP], ["did you mean scalemark report?"]),
    (["plot", SWEEP], ["plot: is no command; commands: run"]),
    ([QUICK], ["is a config; to measure it: scalemark run"]),
    ([SWEEP], ["is a result file; to read it: scalemark report"]),
    (["--verion"], ["--verion: did you mean --version?"]),
    (["--quiet", "run", QUICK], ["--quiet: scalemark has no such option; scalemark --help"]),
    (["run"], ["CONFIG.yaml is missing; write scalemark run CONFIG.yaml"]),
    (["report"], ["FILE ... is missing; write scalemark report FILE ..."]),
    (["list"], ["is missing; write scalemark list models|datasets"]),
    (["predict", SWEEP], ["--gpus is missing; write scalemark predict FILE.h5 ... --gpus LIST"]),
    (["nodes"], ["FILE.h5 ... is missing; write scalemark nodes FILE.h5 ..."]),
    (["trend"], ["FILE.h5 ... is missing; write scalemark trend FILE.h5 ..."]),
    (["import", "figures.csv"], ["--output is missing; write scalemark import CSV --output FILE.h5"]),
    (["pack", "cifar10"], ["FILE is missing; write scalemark pack DATASET FILE"]),
]
OPTIONS = [
    ([*RUN, "--out", "x.h5"], ["--out: did you mean --output?"]),
    ([*RUN, "--out=x.h5"], ["--out: did you mean --output?"]),
    ([*RUN, "-o", "x.h5"], ["-o: did you mean --output?"]),
    ([*RUN, "--dryrun"], ["--dryrun: did you mean --dry-run?"]),
    ([*RUN, "--dry_run"], ["--dry_run: did you mean --dry-run?"]),
    ([*RUN, "--resum"], ["--resum: did you mean --resume?"]),
    ([*RUN, "--frobnicate"], ["--frobnicate: scalemark run has no such option; scalemark run --help lists them"]),
    (["report", SWEEP, "--ouput", "x"], ["--ouput: did you mean --output?"]),
    (["compare", "--treshold", "5%", SWEEP, SWEEP], ["--treshold: did you mean --threshold?"]),
    ([*RUN, "--output"], ["--output: has no value; write --output FILE.h5"]),
    ([*RUN, "--output", "--resume"], ["--output: has no value; write --output FILE.h5"]),
    (SET, ["--set: has no value; write --set KEY=VALUE"]),
    ([*RUN, QUICK.with_name("hpml-lab5.yaml")], ["hpml-lab5.yaml:", "two configs are given", "allowed: one config, then files that say what is different"]),
    ([*RUN, "best.yml"], ["best.yml: there is no such config file"]),
    ([*RUN, SWEEP], ["takes no such argument; scalemark run --help"]),
    ([*SET, "@"], ["--set @: names no file; allowed: @FILE.yaml"]),
    ([*SET, "@missing.yaml"], ["missing.yaml: there is no such config file"]),
    ([*RUN, "train.seed=3"], ["an override needs its option: --set train.seed=3"]),
    ([*SET, "train.seed", "=", "3"], ["KEY=VALUE is one word"]),
    ([*SET, "train.seed=", "3"], ["3: run takes no such argument; scalemark run --help"]),
    ([*SET, "sweep.gpus=[1,", "2]"], ["sweep.gpus=[1,: a value with spaces needs quotes, such as --set 'sweep.gpus=[1, 2]'"]),
    (["report", SWEEP, "--format", "png"], ["png is not known", "html, md, csv", "SVG in report.html"]),
    (["report", SWEEP, "--format", "html,pdf"], ["pdf is not known", "printing that page gives a PDF"]),
    (["report", SWEEP, "--format", "htlm"], ["htlm is not known (did you mean html?)"]),
    (["compare", "--threshold", "5x", SWEEP, SWEEP], ["--threshold", "5x is no number from 0 to 10"]),
    (["nodes", SWEEP, "--threshold", "much"], ["--threshold", "much is no number from 0 to 10"]),
    (["trend", SWEEP, "--treshold", "5%"], ["--treshold: did you mean --threshold?"]),
    (["comm", "--factor", "0.5"], ["--factor", "0.5 is no number from 1 to"]),
    (["comm", "--op", "sum"], ["--op: sum is a reduction, and --op names the collective here; write -o sum"]),
    (["comm", "-o", "all_reduce"], ["all_reduce is a collective, and -o names the reduction; write --op all_reduce"]),
    (["comm", "-o", "mean"], ["mean is not known", "sum, prod, min, max, avg"]),
    (["comm", "-g", "8"], ["8 is not supported, only 1: each rank drives one GPU; start as many ranks: mpirun -n 8"]),
    (["comm", "-m", "4"], ["4 is not supported, only 1: collectives are started one by one"]),
    (["comm", "--cudagraph", "1"], ["'as graph' below the table"]),
    (["comm", "--device", "gpu"], ["--device", "gpu is not known (did you mean cuda?); allowed: auto, cuda, cpu"]),
    (["list", "modles"], ["modles is not known (did you mean models?)"]),
    (["list", "keys", "train.buckt_size"], ["train.buckt_size: no key begins so (did you mean train.bucket_mebibytes?)"]),
    (["pack", "cifr10", "out"], ["cifr10 is not known (did you mean cifar10?)"]),
    (["predict", SWEEP, "--gpus", "lots"], ["'lots' is no number from 2", "8..4096"]),
]
FILES = [
    (["run", "quickstart"], ["there is no such config file; did you mean configs/quickstart.yaml?"]),
    (["run", "configs/quikstart.yaml"], ["did you mean configs/quickstart.yaml?"]),
    (["run", "nonsense.yaml"], ["there is no such config file; scalemark list configs"]),
    (["run", "configs"], ["is a folder; give a config file"]),
    (["run", SWEEP], ["is a result file, not a config; scalemark report reads it"]),
    (["report", QUICK], ["is a config, not a result file; to measure it: scalemark run"]),
    (["report", "results/quickstart"], ["is a folder; give its result files: results/quickstart/*.h5"]),
    (["report", "missing.h5"], ["missing.h5: cannot be read: No such file"]),
    (["compare", SWEEP], ["compare needs BASE.h5 NEW.h5, or --base"]),
    (["compare", SWEEP, QUICK], ["is a config, not a result file"]),
    (["nodes", SWEEP, QUICK], ["is a config, not a result file"]),
    (["nodes", SWEEP, "--baseline", "missing.h5"], ["missing.h5: cannot be read: No such file"]),
    (["trend", "results/quickstart"], ["is a folder; give its result files: results/quickstart/*.h5"]),
    (["trend", "missing.h5"], ["missing.h5: cannot be read: No such file"]),
    (["info", "missing.h5"], ["missing.h5: cannot be read: No such file"]),
]
KEYS = [
    ([*SET, "train.buckt_size=3"], ["train.buckt_size: unknown key (did you mean train.bucket_mebibytes?)"]),
    ([*SET, "train.prefetch=3"], ["did you mean loader.prefetch?"]),
    ([*SET, "lr=0.1"], ["did you mean train.learning_rate?"]),
    ([*SET, "num_workers=2"], ["did you mean loader.workers?"]),
    ([*SET, "batchsize=2"], ["did you mean batch_size, in sweep or cases?"]),
    ([*SET, "batch_size=2"], ["batch_size: cannot be set at the top level; allowed in: sweep or cases"]),
    ([*SET, "datset.images=2"], ["did you mean dataset.images?"]),
    ([*SET, "sweep.train.presicion=[fp32]"], ["did you mean sweep.train.precision?"]),
    ([*SET, "sweep.gpu=[1]"], ["did you mean sweep.gpus?"]),
    ([*SET, "sweep.gpus=4"], ["4 is given; allowed: a list of values"]),
    ([*SET, "sweep.train.foo=[1]"], ["sweep.train.foo: unknown key; allowed in train: mode"]),
    ([*SET, "train.seed"], ["has no value; allowed: KEY=VALUE in one word, as --set train.seed=VALUE"]),
    ([*SET, "train.seed="], ["has no value; allowed: KEY=VALUE"]),
    ([*SET, "train.precision=half"], ["half is not known (did you mean fp16?)"]),
    ([*SET, "device=gpu"], ["gpu is not known (did you mean cuda?)"]),
    ([*SET, "model=densenet121"], ["densenet121 is not known; allowed: resnet10"]),
    ([*SET, "model=resnet-18"], ["resnet-18 is not known (did you mean resnet18?)"]),
    ([*SET, "model=nett.pt"], ["model: nett.pt cannot be read: No such file or directory; allowed: a TorchScript file"]),
    ([*SET, "model=net.onnx"], ["net.onnx does not end in .pt", "the path of a TorchScript file that ends in .pt"]),
    ([*SET, "dataset.name=cifar100"], ["cifar100 is not known; allowed: "]),
    ([*SET, "measure.steps=ten"], ["ten is not", "an integer from 1"]),
    ([*SET, "sweep.batch_size=[0]"], ["0 is out of range"]),
    ([*SET, "limits.wall_time=10"], ["10 is not a duration", "90s, 10min or 1.5h"]),
    ([*SET, "measure.steps=5", "--set", "quick=maybe"], ["quick: maybe is neither; allowed: true or false"]),
]


class Mistakes(unittest.TestCase):
    def scalemark(self, *arguments):
        return subprocess.run([BIN / "scalemark", *map(str, arguments)], capture_output=True, text=True, timeout=60, cwd=SOURCE)

    def check(self, table):
        for arguments, wanted in table:
            with self.subTest(" ".join(map(str, arguments))):
                run = self.scalemark(*arguments)
                self.assertEqual(run.returncode, 2, run.stderr)
                self.assertEqual(run.stdout, "")
                self.assertEqual(run.stderr.count("\n"), 1, "one line:\n" + run.stderr)
                for part in wanted:
                    self.assertIn(part, run.stderr)

    def test_commands(self):
        self.check(COMMANDS)

    def test_options(self):
        self.check(OPTIONS)

    def test_files(self):
        self.check(FILES)

    def test_keys(self):
        self.check(KEYS)

    def test_the_table_is_of_60_mistakes_or_more(self):
        self.assertGreaterEqual(len(COMMANDS + OPTIONS + FILES + KEYS), 60)

    def test_a_percentage_is_a_threshold(self):
        with tempfile.TemporaryDirectory() as folder:
            tables = []
            for threshold in ("5%", "0.05"):
                output = pathlib.Path(folder) / threshold
                run = self.scalemark("compare", SWEEP, SWEEP, "--threshold", threshold, "--output", output)
                self.assertEqual(run.returncode, 0, run.stderr)
                tables.append((output / "compare.csv").read_text())
            self.assertEqual(*tables)


class Help(unittest.TestCase):
    def text(self, *arguments):
        return subprocess.run([BIN / "scalemark", *arguments], capture_output=True, text=True, check=True, timeout=60).stdout

    def test_every_command_has_an_example_and_names_the_program(self):
        commands = ("run", "doctor", "comm", "pack", "report", "compare", "import", "predict", "nodes", "trend", "info", "list")
        self.assertTrue(all(f"  {command} " in self.text("--help") for command in commands))
        for command in commands:
            text = self.text(command, "--help")
            self.assertIn(f"Usage: scalemark {command}", text)
            self.assertRegex(text, f"Examples?:\n  .*scalemark {command}")

    def test_help_needs_nothing_but_the_front_program(self):
        with tempfile.TemporaryDirectory() as folder:
            alone = pathlib.Path(folder) / "scalemark"
            alone.write_bytes((BIN / "scalemark").read_bytes())
            alone.chmod(0o755)
            for command in ("run", "doctor", "comm", "pack"):
                text = subprocess.run([alone, command, "--help"], capture_output=True, text=True, check=True, timeout=60).stdout
                self.assertIn(f"Usage: scalemark {command}", text)

    def test_the_page_of_keys_is_the_programs_own(self):
        page = (SOURCE / "docs/config.md").read_text()
        self.assertEqual(page, self.text("list", "keys", "--format", "md"),
                         "write it anew: scalemark list keys --format md > docs/config.md")

    def test_files_that_the_help_names_exist(self):
        for command in ("run", "doctor", "comm", "pack", "report", "compare", "import", "nodes", "trend"):
            for word in self.text(command, "--help").replace(",", " ").replace(";", " ").split():
                if word.startswith("docs/") or word.startswith("configs/"):
                    self.assertTrue((SOURCE / word).exists(), word)


if __name__ == "__main__":
    unittest.main(verbosity=2)
