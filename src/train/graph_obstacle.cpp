#include "train/graph_obstacle.h"

#include <c10/util/Exception.h>
#include <fmt/format.h>

#include <algorithm>
#include <exception>

namespace scalemark::train {
namespace {

std::string fault_of(const std::function<void()>& work) {
  try {
    work();
  } catch (const c10::Error& error) {
    return error.what_without_backtrace();
  } catch (const std::exception& error) {
    return error.what();
  }
  return {};
}

}  // namespace

std::string graph_obstacle(const config::CaseConfig& config) {
  const auto& train = config.train;
  if (train.cuda_graph == config::Switch::kOff) return "train.cuda_graph is false";
  if (train.mode == config::Mode::kDataParallel) return "in mode data_parallel one process drives several devices";
  if (train.sync_batch_norm && config.ranks() > 1)
    return "train.sync_batch_norm exchanges moments inside forward and backward, which has not been shown in a graph";
  if (config.has_own_network())
    return "a network of one's own runs in TorchScript's interpreter: no graphs, fused layers or 16-bit weights";
  // Backward sets the generator's state back, which no graph can hold.
  if (train.checkpointing) return "checkpointing restores the state of the random numbers in backward";
  if (config.model.starts_with("revnet")) return "a RevNet restores the state of the random numbers in backward";
  return {};
}

std::string recording_fault(const monitor::ControlGroup& group, const char* what, const std::function<void()>& work) {
  const auto faults = group.gather(fault_of(work));
  const auto first = std::ranges::find_if(faults, [](const std::string& fault) { return !fault.empty(); });
  if (first == faults.end()) return group.broadcast({});
  return group.broadcast(fmt::format("rank {} could not record {}: {}", first - faults.begin(), what, *first));
}

}  // namespace scalemark::train
