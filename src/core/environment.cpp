#include "core/environment.h"

#include <charconv>
#include <cstdlib>

namespace scalemark {

std::optional<std::string> process_environment(const std::string& name) {
  const char* value = std::getenv(name.c_str());
  return value == nullptr ? std::nullopt : std::optional<std::string>(value);
}

std::optional<int> number_in(const Environment& environment, const std::string& name) {
  const std::string text = environment(name).value_or("");
  const char* const last = text.data() + text.size();
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), last, value);
  return error == std::errc{} && end == last ? std::optional(value) : std::nullopt;
}

std::optional<int> launcher_rank(const Environment& environment) {
  for (const char* name : {"OMPI_COMM_WORLD_RANK", "PMIX_RANK", "PMI_RANK", "SLURM_PROCID"}) {
    if (const auto rank = number_in(environment, name)) return rank;
  }
  return std::nullopt;
}

bool started_by_mpirun(const Environment& environment) {
  return environment("OMPI_MCA_orte_local_daemon_uri").has_value();
}

}  // namespace scalemark
