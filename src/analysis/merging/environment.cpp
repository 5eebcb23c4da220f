#include "analysis/merging/environment.h"

#include <fmt/format.h>

#include <set>
#include <utility>
#include <vector>

namespace scalemark::analysis {
namespace {

std::string text_of_hosts(std::set<std::string> hosts) {
  hosts.erase("");
  return fmt::format("{}", fmt::join(hosts, ", "));
}

}  // namespace

bool is_tuning_variable(std::string_view name) {
  return name != "NCCL_VERSION" && (name.starts_with("NCCL_") || name.starts_with("OMP_"));
}

std::map<std::string, std::string> tuning_variables(const results::ResultFile& file) {
  std::map<std::string, std::string> variables;
  for (const auto& [name, value] : file.provenance.environment) {
    if (is_tuning_variable(name)) variables[name] = value;
  }
  return variables;
}

std::string tuning_text(const results::ResultFile& file) {
  std::vector<std::string> texts;
  for (const auto& [name, value] : tuning_variables(file)) texts.push_back(fmt::format("{}={}", name, value));
  return fmt::format("{}", fmt::join(texts, " "));
}

std::string host_names(const results::CaseRecord& record) {
  std::set<std::string> hosts;
  for (const auto& rank : record.rank_rows) hosts.insert(rank.host);
  return text_of_hosts(std::move(hosts));
}

std::string host_names(const results::ResultFile& file) {
  return text_of_hosts({file.provenance.hosts.begin(), file.provenance.hosts.end()});
}

}  // namespace scalemark::analysis
