#include "doctor/diagnosis.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "doctor/checks.h"

namespace scalemark::doctor {
namespace {

struct Check {
  const char* name;
  Findings (*judge)(const JobFacts&);
};

constexpr std::array<Check, 20> kChecks{{
    {"world of ranks", check_world},
    {"GPUs for the ranks", check_gpu_count},
    {"GPUs visible to peers", check_hidden_gpus},
    {"one rank per GPU", check_shared_gpus},
    {"driver", check_driver},
    {"GPU architecture", check_architecture},
    {"same devices everywhere", check_same_devices},
    {"GPUs free and fast", check_gpu_state},
    {"direct access of GPUs", check_direct_access},
    {"cores", check_cores},
    {"cores near the GPUs", check_near_cores},
    {"lockable memory", check_locked_memory},
    {"shared memory", check_shared_memory},
    {"leftovers of killed jobs", check_leftovers},
    {"clocks", check_clocks},
    {"network interfaces", check_network},
    {"a small all-reduce", check_reduction},
    {"data sets", check_data},
    {"images", check_images},
    {"output folder", check_output},
}};

std::string job_line(const JobFacts& job) {
  const auto hosts = by_host(job);
  std::string text = fmt::format("{} rank(s) on {} node(s)", job.ranks.size(), hosts.size());
  for (const auto& [host, ranks] : hosts) {
    const auto& gpus = ranks.front()->gpus;
    text += fmt::format("\n  {}: {}, {}", host, ranks_text(ranks),
                        gpus.empty() ? "no GPU" : fmt::format("{} x {}", gpus.size(), gpus.front().name));
  }
  return text + '\n';
}

}  // namespace

std::vector<Verdict> diagnose(const JobFacts& job) {
  std::vector<Verdict> verdicts;
  verdicts.reserve(kChecks.size());
  for (const Check& check : kChecks) verdicts.push_back({check.name, check.judge(job)});
  return verdicts;
}

ExitCode exit_code(const std::vector<Verdict>& verdicts) {
  ExitCode code = ExitCode::kSuccess;
  for (const auto& verdict : verdicts) {
    for (const auto& finding : verdict.findings) code = std::max(code, finding.exit_code);
  }
  return code;
}

const char* word(const Findings& findings) {
  if (findings.empty()) return "ok";
  const bool faulty = std::any_of(findings.begin(), findings.end(),
                                  [](const auto& finding) { return finding.severity == Severity::kFault; });
  return faulty ? "FAULT" : "warning";
}

std::string describe(const Finding& finding) { return fmt::format("{}\n  mend: {}", finding.what, finding.mend); }

std::string diagnosis_page(const JobFacts& job, const std::vector<Verdict>& verdicts) {
  std::string page = job_line(job);
  for (const auto& verdict : verdicts) {
    page += fmt::format("{:<8} {}\n", word(verdict.findings), verdict.check);
    for (const auto& finding : verdict.findings) page += fmt::format("  {}\n", describe(finding));
  }
  if (!job.images.summary.empty()) page += job.images.summary + '\n';
  return page;
}

}  // namespace scalemark::doctor
