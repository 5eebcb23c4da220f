#include "comm/nccl_settings.h"

namespace scalemark::comm {
namespace {

// Every algorithm for every collective, as without the variable: some versions switch off what a list leaves out.
constexpr const char* kAllAlgorithms = "ring,tree,collnetdirect,collnetchain,nvls,nvlstree,pat";

}  // namespace

EnvironmentChange::Variables environment_of(const NcclSettings& settings) {
  EnvironmentChange::Variables variables;
  if (!settings.algorithm.empty())
    variables.emplace_back("NCCL_ALGO", std::string(kAllAlgorithms) + ";allreduce:" + settings.algorithm);
  if (!settings.protocol.empty()) variables.emplace_back("NCCL_PROTO", "allreduce:" + settings.protocol);
  return variables;
}

}  // namespace scalemark::comm
