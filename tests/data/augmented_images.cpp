// data_augmented_images CIFAR10_FOLDER OUT: two epochs of its training images as the loader augments them, for
// torchvision_augmentation.py to compare with. Writes images, their indices in the data set, and the placements drawn.
#include <ATen/ops/cat.h>
#include <ATen/ops/stack.h>
#include <ATen/ops/tensor.h>
#include <torch/serialize.h>

#include <iostream>
#include <memory>
#include <vector>

#include "data/loader/loader.h"
#include "nn/tensor_file.h"

namespace {

using namespace scalemark;
using namespace scalemark::data;

constexpr std::uint64_t kSeed = 7;

at::Tensor drawn(std::int64_t epoch, std::int64_t index) {
  const Placement placement = draw_placement(Augmentation::kPadCropFlip, kSeed, epoch, index);
  return at::tensor({placement.down, placement.right, static_cast<int>(placement.flipped)}, at::kLong);
}

NamedTensors two_epochs(const std::shared_ptr<const Dataset>& dataset) {
  const ShardedSampler sampler(dataset->size(), 1, 0, kSeed);
  Loader loader(dataset, sampler,
                {.batch = 100, .workers = 2, .augmentation = Augmentation::kPadCropFlip, .seed = kSeed});
  std::vector<at::Tensor> images, indices, placements;
  for (std::int64_t epoch = 0; epoch < 2; ++epoch) {
    for (std::int64_t i = 0; i < loader.batches_per_epoch(); ++i) images.push_back(loader.next().images.clone());
    for (const std::int64_t index : sampler.indices(epoch)) {
      indices.push_back(at::tensor(index, at::kLong));
      placements.push_back(drawn(epoch, index));
    }
  }
  NamedTensors tensors;
  tensors.insert("images", at::cat(images));
  tensors.insert("indices", at::cat(indices));
  tensors.insert("placements", at::stack(placements));
  return tensors;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    std::cerr << "usage: " << argv[0] << " CIFAR10_FOLDER OUT\n";
    return 2;
  }
  save_tensors(argv[2], two_epochs(open_dataset({.name = "cifar10", .path = argv[1]}, Split::kTrain)));
}
