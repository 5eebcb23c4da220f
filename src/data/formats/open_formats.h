#pragma once

#include <memory>

#include "data/dataset.h"

// What open_dataset() chooses from; each is defined in the source that is named after it.
namespace scalemark::data {

/// CIFAR-10 (Krizhevsky 2009, "Learning Multiple Layers of Features from Tiny Images") from its binary files, kept in
/// memory as stored: records of 3073 bytes, a label and 3 x 32 x 32 pixels. @throws InputError as open_dataset().
std::unique_ptr<Dataset> open_cifar10(const DatasetOptions& options, Split split);

/// Fashion-MNIST (Xiao, Rasul and Vollgraf 2017, arXiv:1708.07747) from its four IDX files, gzip or plain: 28x28 grey
/// images, padded by zeros to 32x32 where options.image_size asks so, the same in each of three channels.
/// Kept in memory as stored: 784 bytes per image. @throws InputError as open_dataset().
std::unique_ptr<Dataset> open_fashion_mnist(const DatasetOptions& options, Split split);

/// JPEG files as PATH/train/<class>/* and PATH/val/<class>/*, the classes numbered in the order of their names.
/// @throws InputError as open_dataset(), also where val has other classes than train
std::unique_ptr<Dataset> open_image_folder(const DatasetOptions& options, Split split);

/// Images that need no file: a coarse pattern per class, plus noise, so that a network can learn the classes. Image and
/// label depend on seed, split and index alone. 50,000 training and 10,000 test images, or options.images of each.
/// @throws InputError where image_size is not 1 to 4096, classes not 1 to 65536, or images not positive.
std::unique_ptr<Dataset> open_synthetic(const DatasetOptions& options, Split split);

/// Tiny ImageNet (Stanford CS231n) as its archive unpacks: train/<wnid>/images/*.JPEG, and val/images/*.JPEG with
/// val/val_annotations.txt. 64x64 JPEG images; the classes are numbered in the order of their wnids.
/// @throws InputError as open_dataset(), also where an image has no annotation or the reverse.
std::unique_ptr<Dataset> open_tiny_imagenet(const DatasetOptions& options, Split split);

/// The data set in the pack file options.path, read through a memory map. Header and index are checked when it is
/// opened, each image's checksum when it is first read. @throws InputError naming the file, also where it holds another
/// data set than options.name
std::unique_ptr<Dataset> open_pack(const DatasetOptions& options, Split split);

}  // namespace scalemark::data
