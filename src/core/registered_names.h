#pragma once

#include <array>
#include <string_view>

/// The names that a config may give to `model`, `dataset.name` and `train.optimizer`, in the order in which they are
/// listed. `config` allows these and no others; `nn`, `data` and `optim` build every one of them.
namespace scalemark {

/// ResNets, narrow ResNets, RevNets, each by size; then networks of other families.
inline constexpr std::array<std::string_view, 18> kNetworkNames{
    "resnet10",          "resnet18",          "resnet19",          "resnet34",
    "resnet50",          "resnet101",         "resnet152",         "wide_resnet50_2",
    "resnet18-adjusted", "resnet34-adjusted", "resnet50-adjusted", "revnet-3-3-3",
    "revnet-5-5-5",      "revnet-9-9-9",      "revnet-18-18-18",   "vgg16",
    "vgg16_bn",          "mobilenet_v2"};

inline constexpr std::array<std::string_view, 5> kDatasetNames{"cifar10", "fashion-mnist", "image-folder", "synthetic",
                                                               "tiny-imagenet"};

inline constexpr std::array<std::string_view, 7> kOptimizerNames{"sgd",  "sgd-nesterov", "adagrad", "adadelta",
                                                                 "adam", "adamw",        "lars"};

/// Whether a config's `model` is the path of a network of one's own, a TorchScript file, and no registered name.
inline constexpr std::string_view kNetworkFileEnding = ".pt";
constexpr bool is_network_file(std::string_view model) { return model.ends_with(kNetworkFileEnding); }

}  // namespace scalemark
