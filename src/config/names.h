#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "config/experiment.h"

namespace scalemark::config {

/// A value of an enumeration and its name in configs, messages and results.
template <typename Enum>
struct Named {
  Enum value;
  const char* name;
};

inline constexpr std::array<Named<DeviceChoice>, 3> kDeviceNames{
    {{DeviceChoice::kAuto, "auto"}, {DeviceChoice::kCuda, "cuda"}, {DeviceChoice::kCpu, "cpu"}}};
inline constexpr std::array<Named<Mode>, 3> kModeNames{
    {{Mode::kDdp, "ddp"}, {Mode::kSingle, "single"}, {Mode::kDataParallel, "data_parallel"}}};
inline constexpr std::array<Named<Precision>, 5> kPrecisionNames{{{Precision::kFp64, "fp64"},
                                                                  {Precision::kFp32, "fp32"},
                                                                  {Precision::kTf32, "tf32"},
                                                                  {Precision::kFp16, "fp16"},
                                                                  {Precision::kBf16, "bf16"}}};
inline constexpr std::array<Named<Switch>, 3> kSwitchNames{
    {{Switch::kAuto, "auto"}, {Switch::kOn, "true"}, {Switch::kOff, "false"}}};
inline constexpr std::array<Named<LearningRateScaling>, 2> kScalingNames{
    {{LearningRateScaling::kNone, "none"}, {LearningRateScaling::kLinear, "linear"}}};
inline constexpr std::array<Named<Schedule>, 4> kScheduleNames{{{Schedule::kConstant, "constant"},
                                                                {Schedule::kStep, "step"},
                                                                {Schedule::kCosine, "cosine"},
                                                                {Schedule::kOneCycle, "one_cycle"}}};
inline constexpr auto kArmNames = [] {
  std::array<Named<Arm>, kArms.size()> names{};
  for (std::size_t i = 0; i < names.size(); ++i) names.at(i) = {kArms.at(i).arm, kArms.at(i).name.data()};
  return names;
}();
inline constexpr std::array<Named<CommHook>, 3> kCommHookNames{
    {{CommHook::kNone, "none"}, {CommHook::kFp16, "fp16"}, {CommHook::kBf16, "bf16"}}};
inline constexpr std::array<Named<BucketFill>, 3> kBucketFillNames{
    {{BucketFill::kEach, "each"}, {BucketFill::kTogether, "together"}, {BucketFill::kViews, "views"}}};
inline constexpr std::array<Named<KeepMemory>, 2> kKeepMemoryNames{
    {{KeepMemory::kAuto, "auto"}, {KeepMemory::kNever, "false"}}};
inline constexpr std::array<Named<NcclAlgorithm>, 7> kNcclAlgorithmNames{
    {{NcclAlgorithm::kAuto, "auto"},
     {NcclAlgorithm::kRing, "ring"},
     {NcclAlgorithm::kTree, "tree"},
     {NcclAlgorithm::kCollnetDirect, "collnetdirect"},
     {NcclAlgorithm::kCollnetChain, "collnetchain"},
     {NcclAlgorithm::kNvls, "nvls"},
     {NcclAlgorithm::kNvlsTree, "nvlstree"}}};
inline constexpr std::array<Named<NcclProtocol>, 4> kNcclProtocolNames{{{NcclProtocol::kAuto, "auto"},
                                                                        {NcclProtocol::kLl, "ll"},
                                                                        {NcclProtocol::kLl128, "ll128"},
                                                                        {NcclProtocol::kSimple, "simple"}}};
inline constexpr std::array<Named<Augmentation>, 3> kAugmentationNames{
    {{Augmentation::kNone, "none"},
     {Augmentation::kPadCropFlip, "pad-crop-flip"},
     {Augmentation::kRandomResizedCropFlip, "random-resized-crop-flip"}}};
inline constexpr std::array<Named<OnError>, 2> kOnErrorNames{{{OnError::kFail, "fail"}, {OnError::kSkip, "skip"}}};

/// The names of an enumeration, found by its type.
inline constexpr const auto& names_of(DeviceChoice) { return kDeviceNames; }
inline constexpr const auto& names_of(Mode) { return kModeNames; }
inline constexpr const auto& names_of(Precision) { return kPrecisionNames; }
inline constexpr const auto& names_of(Switch) { return kSwitchNames; }
inline constexpr const auto& names_of(LearningRateScaling) { return kScalingNames; }
inline constexpr const auto& names_of(Schedule) { return kScheduleNames; }
inline constexpr const auto& names_of(CommHook) { return kCommHookNames; }
inline constexpr const auto& names_of(BucketFill) { return kBucketFillNames; }
inline constexpr const auto& names_of(KeepMemory) { return kKeepMemoryNames; }
inline constexpr const auto& names_of(NcclAlgorithm) { return kNcclAlgorithmNames; }
inline constexpr const auto& names_of(NcclProtocol) { return kNcclProtocolNames; }
inline constexpr const auto& names_of(Augmentation) { return kAugmentationNames; }
inline constexpr const auto& names_of(OnError) { return kOnErrorNames; }
inline constexpr const auto& names_of(Arm) { return kArmNames; }

template <typename Enum>
std::vector<std::string> all_names() {
  std::vector<std::string> names;
  for (const auto& entry : names_of(Enum{})) names.emplace_back(entry.name);
  return names;
}

template <typename Enum>
std::string name_of(Enum value) {
  const auto& names = names_of(value);
  const auto found = std::find_if(names.begin(), names.end(), [&](const auto& entry) { return entry.value == value; });
  return found->name;  // every value is in its table
}

/// @param name  one of all_names<Enum>()
template <typename Enum>
Enum value_of(std::string_view name) {
  const auto& names = names_of(Enum{});
  const auto found = std::find_if(names.begin(), names.end(), [&](const auto& entry) { return entry.name == name; });
  return found->value;
}

}  // namespace scalemark::config
