"""Learning is real: two ranks train resnet18-adjusted on Fashion-MNIST; with shuffled labels they learn nothing.

Accuracy is of the first 2,000 test images: all 10,000 would take longer than the training."""

import gzip
import pathlib
import random
import struct
import unittest

import h5py

from scalemark_runs import RunTest

FASHION_MNIST = pathlib.Path("/usr/share/datasets/fashion-mnist")
TEST_IMAGES = 2000
# Minutes longer in bf16 where the processor has no instructions for it.
PRECISION = "bf16" if "_bf16" in pathlib.Path("/proc/cpuinfo").read_text() else "fp32"
CONFIG = """
    name: learning
    device: cpu
    model: resnet18-adjusted
    dataset: {{name: fashion-mnist, path: {path}, image_size: 28}}
    train: {{precision: {precision}, schedule: one_cycle, learning_rate: 0.1}}
    measure: {{warmup_steps: 0, steps: {steps}, repetitions: 1, arms: [full], evaluate: true}}
    sweep: {{gpus: [2], global_batch_size: [32]}}
"""


@unittest.skipUnless(FASHION_MNIST.is_dir(), "needs the package dataset-fashion-mnist")
class Learning(RunTest):
    def test_accuracy(self):
        self.assertGreaterEqual(self.accuracy_after_training_on(self.with_few_test_images(), steps=400), 0.80)

    def test_shuffled_labels_teach_nothing(self):
        folder = self.with_few_test_images()
        shuffle_labels(folder / "train-labels-idx1-ubyte.gz")
        self.assertLessEqual(self.accuracy_after_training_on(folder, steps=50), 0.15)

    def accuracy_after_training_on(self, path, steps):
        self.config = self.write_config(CONFIG.format(path=path, precision=PRECISION, steps=steps))
        run = self.run_sweep()
        self.assertEqual(run.returncode, 0, run.stderr)
        with h5py.File(self.output) as file:
            accuracy = file["tables/cases"][0]["test_accuracy"]
        print(f"test accuracy {accuracy:.1%}")
        return accuracy

    def with_few_test_images(self):
        folder = self.folder / "fashion-mnist"
        folder.mkdir()
        for file in FASHION_MNIST.glob("*.gz"):
            (folder / file.name).symlink_to(file)
        keep_first(folder / "t10k-images-idx3-ubyte.gz", TEST_IMAGES, header_bytes=16, item_bytes=28 * 28)
        keep_first(folder / "t10k-labels-idx1-ubyte.gz", TEST_IMAGES, header_bytes=8, item_bytes=1)
        return folder


def replace(file, content):
    file.unlink()  # a link
    file.write_bytes(gzip.compress(content, compresslevel=1))


def keep_first(file, count, header_bytes, item_bytes):
    """Of an IDX file: a magic number of four bytes, the count of items, other dimensions, the items."""
    content = gzip.decompress(file.read_bytes())
    header = content[:4] + struct.pack(">I", count) + content[8:header_bytes]
    replace(file, header + content[header_bytes : header_bytes + count * item_bytes])


def shuffle_labels(file):
    content = gzip.decompress(file.read_bytes())
    header, labels = content[:8], list(content[8:])
    random.Random(1).shuffle(labels)
    replace(file, header + bytes(labels))


if __name__ == "__main__":
    unittest.main(verbosity=2)
