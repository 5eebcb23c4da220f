"""A network of one's own: torchvision's resnet18, exported as a user exports it, trains as the built-in one does; and what
cannot be trained ends every rank with exit code 2 and one line."""

import hashlib
import pathlib
import subprocess
import sys
import unittest

import h5py
import numpy
import torch

from scalemark_runs import BIN, MPIRUN, RunTest, statuses

EXPORT = pathlib.Path(__file__).resolve().parents[2] / "scripts/export-model"
TOLERANCE = 1e-9  # of each loss, fp64
SEED = 7  # of the weights: torchvision's and the built-in network's are equal (nn_torchvision_networks)
PIXELS = 65  # the smallest image for which the built-in network has torchvision's stem
SAME = """
    name: own
    device: cpu
    dataset: {{name: synthetic, images: 64, image_size: {pixels}}}
    train: {{precision: fp64, fused: false, seed: {seed}, learning_rate: 0.01}}
    loader: {{workers: 1}}
    measure: {{warmup_steps: 1, steps: 2, repetitions: 1, arms: [full]}}
    sweep: {{gpus: [1, 2], batch_size: [2], model: [resnet18, {model}]}}
"""
SMALL = """
    name: small
    device: cpu
    model: {model}
    dataset: {{name: synthetic, images: 64, image_size: 8}}
    measure: {{warmup_steps: 1, steps: 2, repetitions: 1, arms: [full, no_sync], evaluate: {evaluate}}}
    cases:
      - {{label: bf16, gpus: 2, batch_size: 2, train.precision: bf16, train.channels_last: true}}
      - {{label: replicas, gpus: 2, batch_size: 2, train.mode: data_parallel}}
      - {{label: parts, batch_size: 4, train.accumulation: 2}}
      - {{label: large, batch_size: 64, dataset.image_size: 64, limits.memory: 5MiB}}
"""
MODULE = """
import torch

class Small(torch.nn.Module):
    def __init__(self, classes):
        super().__init__()
        self.features = torch.nn.Sequential(torch.nn.Conv2d(3, 4, 3), torch.nn.BatchNorm2d(4), torch.nn.ReLU())
        self.dropout = torch.nn.Dropout(0.1)
        self.classifier = torch.nn.Linear(4, classes)

    def forward(self, images):
        return self.classifier(self.dropout(self.features(images).mean([2, 3])))

def make_network(classes):
    return Small(classes)

class Untyped(Small):
    def forward(self, images):
        try:
            return super().forward(images)
        finally:
            pass

def make_untyped():
    return Untyped(10)

def make_number():
    return 3
"""


def export(*words):
    return subprocess.run([sys.executable, EXPORT, *map(str, words)], capture_output=True, text=True)


class OwnNetwork(RunTest):
    def export(self, *words):
        path = self.folder / "net.pt"
        run = export(*words, "-o", path)
        self.assertEqual(run.returncode, 0, run.stderr)
        return path, run

    def write_module(self):
        path = self.folder / "mynet.py"
        path.write_text(MODULE)
        return path

    def test_trains_as_the_built_in_network_of_its_weights(self):
        path, run = self.export("torchvision:resnet18", "--classes", 10, "--seed", SEED, "--image-size", PIXELS)
        self.assertIn("scripted; 11,181,642 parameters, 10 classes", run.stdout)
        self.config = self.write_config(SAME.format(pixels=PIXELS, seed=SEED, model=path))
        run = self.run_sweep()
        self.assertEqual(run.returncode, 0, run.stderr)
        name = "net.pt@" + hashlib.sha256(path.read_bytes()).hexdigest()[:16]
        with h5py.File(self.output) as file:
            cases = {(int(case.attrs["gpus"]), case.attrs["model"]): case for case in file["cases"].values()}
            self.assertEqual(set(cases), {(ranks, model) for ranks in (1, 2) for model in ("resnet18", name)})
            for ranks in (1, 2):
                self.check_same(cases[ranks, "resnet18"], cases[ranks, name])
            rows = file["tables/cases"][:]
            self.assertEqual({row["model"].decode() for row in rows}, {"resnet18", name})
            self.assertEqual({int(row["parameters"]) for row in rows}, {11_181_642})
            launches = {case.attrs["model"]: case.attrs["step_launch"] for case in file["cases"].values()}
        self.assertTrue(launches[name].startswith("eager: a network of one's own"), launches)

    def check_same(self, built_in, own):
        expected, found = built_in["loss"][:], own["loss"][:]
        self.assertEqual(len(found), 3)
        self.assertLess(numpy.max(numpy.abs(found - expected) / numpy.abs(expected)), TOLERANCE)
        self.assertGreater(numpy.ptp(found), 1e-3, "it learns")
        for name in ("gradients", "convolution_layers", "flops_per_image"):
            self.assertEqual(own.attrs[name], built_in.attrs[name], name)

    def test_trains_in_every_mode(self):
        path, _ = self.export(f"{self.write_module()}:make_network", "--classes", 10, "--image-size", 8)
        self.config = self.write_config(SMALL.format(model=path, evaluate="true"))
        run = self.run_sweep()
        self.assertEqual(run.returncode, 0, run.stderr)
        self.assertEqual({case: status for case, (status, _) in statuses(self.output).items()},
                         {"bf16": "ok", "replicas": "ok", "parts": "ok", "large": "oom"})

    def test_ends_every_rank_where_it_cannot_be_trained(self):
        weights = self.folder / "weights.pt"
        torch.save({"weight": torch.ones(2)}, weights)
        self.config = self.write_config(SMALL.format(model=weights, evaluate="false"))
        for command in (["run"], ["run", "--dry-run"], ["doctor"]):
            run = subprocess.run([MPIRUN, "-n", "2", BIN / "scalemark", *command, self.config], capture_output=True, text=True)
            self.assertEqual(run.returncode, 2, run.stderr)
            errors = [line for line in run.stderr.splitlines() if "rror" in line]
            self.assertEqual(len(errors), 1, run.stderr)
            self.assertIn(f"model {weights}: holds no TorchScript module", errors[0])
            self.assertIn("scripts/export-model", errors[0])

    def test_export_says_what_to_do(self):
        module = self.write_module()
        table = {
            ("resnet18",): "write torchvision:NAME or FILE.py:FUNCTION",
            ("torchvision:resnet81",): "torchvision has no network resnet81",
            (f"{module}:make",): "has no function make",
            (f"{module}:make_number",): "gives a int, and no torch.nn.Module",
            (f"{self.folder}/absent.py:make",): "there is no such file",
            (f"{module}:make_network", "-o", "net.pth"): "the file's name must end in .pt",
        }
        for words, message in table.items():
            run = export(*words)
            self.assertEqual(run.returncode, 2, run.stderr)
            self.assertIn(message, run.stderr)
            self.assertEqual(len(run.stderr.strip().splitlines()), 1, run.stderr)

    def test_export_traces_what_cannot_be_scripted(self):
        _, run = self.export(f"{self.write_module()}:make_untyped", "--image-size", 8)
        self.assertIn("cannot be scripted", run.stderr)
        self.assertIn("traced in training mode", run.stdout)


if __name__ == "__main__":
    unittest.main()
