#include "doctor/diagnosis_json.h"

#include "core/text/json_writer.h"

namespace scalemark::doctor {
namespace {

void add_host(JsonWriter& json, const std::string& host, const std::vector<const RankFacts*>& ranks) {
  std::vector<int> numbers;
  numbers.reserve(ranks.size());
  for (const RankFacts* rank : ranks) numbers.push_back(rank->rank);
  std::vector<std::string> gpus;
  for (const GpuFacts& gpu : ranks.front()->gpus) gpus.push_back(gpu.name);
  json.begin_object(JsonWriter::Layout::kOneLine)
      .member("host", host)
      .member("ranks", numbers)
      .member("gpus", gpus)
      .end_object();
}

/// "fault" in place of the page's capitals.
std::string verdict_of(const Findings& findings) {
  const std::string_view shown = word(findings);
  return shown == "FAULT" ? "fault" : std::string(shown);
}

void add_check(JsonWriter& json, const Verdict& verdict) {
  json.begin_object().member("check", verdict.check).member("verdict", verdict_of(verdict.findings));
  json.key("findings").begin_array();
  for (const Finding& finding : verdict.findings) {
    json.begin_object()
        .member("severity", finding.severity == Severity::kFault ? "fault" : "warning")
        .member("exit_code", static_cast<int>(finding.exit_code))
        .member("what", finding.what)
        .member("mend", finding.mend)
        .end_object();
  }
  json.end_array().end_object();
}

}  // namespace

std::string diagnosis_json(const JobFacts& job, const std::vector<Verdict>& verdicts) {
  return json_document("doctor", [&](JsonWriter& json) {
    json.member("exit_code", static_cast<int>(exit_code(verdicts))).member("ranks", job.ranks.size());
    json.key("hosts").begin_array();
    for (const auto& [host, ranks] : by_host(job)) add_host(json, host, ranks);
    json.end_array().key("checks").begin_array();
    for (const Verdict& verdict : verdicts) add_check(json, verdict);
    json.end_array().member("images", job.images.summary);
  });
}

}  // namespace scalemark::doctor
