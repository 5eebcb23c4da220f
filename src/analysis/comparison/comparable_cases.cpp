#include "analysis/comparison/comparable_cases.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <iterator>
#include <set>

#include "analysis/comparison/case_pairs.h"

namespace scalemark::analysis {
namespace {

using results::CaseStatus;

/// What cases must agree in to be compared, as a text; versions may differ.
std::string signature_text(const MeasuredCase& one) {
  std::string text;
  for (const auto& [name, value] : comparison_signature(one)) {
    if (!name.starts_with("version of ")) text.append(name).append("=").append(value).append("\n");
  }
  return text;
}

/// The first of those whose signature most of them have.
const MeasuredCase& most_common(const std::vector<const MeasuredCase*>& copies) {
  std::map<std::string, std::size_t> times;
  std::vector<std::string> texts;
  for (const auto* copy : copies) {
    texts.push_back(signature_text(*copy));
    ++times[texts.back()];
  }
  std::size_t best = 0;
  for (std::size_t i = 1; i < copies.size(); ++i) {
    if (times[texts[i]] > times[texts[best]]) best = i;
  }
  return *copies[best];
}

}  // namespace

std::string subject_key_of(const MeasuredCase& one) {
  std::set<std::string> hosts;
  for (const auto& row : one.record->rank_rows) hosts.insert(row.host);
  return fmt::format("{} host(s)\n{}", std::max<std::size_t>(1, hosts.size()), work_identity(*one.record));
}

std::string status_and_reason(const MeasuredCase& one) {
  const results::CaseRow& row = one.record->row;
  return fmt::format("{}{}{}", results::status_text(row), row.reason.empty() ? "" : ": ", row.reason);
}

ComparableCases::ComparableCases(std::span<const NamedFile> files) : is_refused_(files.size(), false) {
  for (std::size_t index = 0; index < files.size(); ++index) {
    names_.push_back(files[index].name);
    sets_.push_back(merge_cases({files[index].file, 1}));
    for (MeasuredCase& one : sets_.back().cases) {
      one.file_index = index;
      by_key_[subject_key_of(one)].push_back(&one);
    }
  }
  for (const auto& [key, copies] : by_key_) choose(copies);
  refuse_the_lonely(files);
  std::erase_if(usable_, [this](const auto* one) { return is_refused(one->file_index); });
  std::erase_if(broken_, [this](const auto* one) { return is_refused(one->file_index); });
}

bool ComparableCases::is_refused(std::size_t file_index) const { return is_refused_[file_index]; }

void ComparableCases::refuse(std::size_t file_index, const std::string& name, const std::string& reason) {
  if (is_refused_[file_index]) return;
  is_refused_[file_index] = true;
  refused_.push_back({name, reason});
}

std::vector<const MeasuredCase*> ComparableCases::broken_elsewhere_ok() const {
  std::map<std::string, std::ptrdiff_t> more_ok;
  for (const auto* one : usable_) ++more_ok[work_identity(*one->record)];
  for (const auto* one : broken_) --more_ok[work_identity(*one->record)];
  Cases found;
  std::copy_if(broken_.begin(), broken_.end(), std::back_inserter(found),
               [&](const auto* one) { return more_ok[work_identity(*one->record)] > 0; });
  return found;
}

void ComparableCases::choose(const Cases& copies) {
  Cases ok;
  std::copy_if(copies.begin(), copies.end(), std::back_inserter(ok), [](const auto* one) { return one->ok(); });
  for (const auto* one : copies) {
    if (!one->ok() && one->record->row.status != CaseStatus::kSkipped) broken_.push_back(one);
  }
  if (ok.empty()) return;
  const MeasuredCase& usual = most_common(ok);
  if (reference_ == nullptr) reference_ = usual.file;
  for (const auto* one : ok) {
    const auto reasons = obstacles(usual, *one);
    if (reasons.empty()) {
      usable_.push_back(one);
    } else {
      refuse(one->file_index, names_[one->file_index],
             fmt::format("{}, against {}: {}", one->key.name, names_[usual.file_index], fmt::join(reasons, "; ")));
    }
  }
}

/// Of another config: no case that another file holds. A file of collectives alone has none to share.
void ComparableCases::refuse_the_lonely(std::span<const NamedFile> files) {
  std::set<std::size_t> shares;
  for (const auto& [key, copies] : by_key_) {
    std::set<std::size_t> holders;
    for (const auto* one : copies) holders.insert(one->file_index);
    if (holders.size() > 1) shares.insert(holders.begin(), holders.end());
  }
  for (std::size_t index = 0; index < files.size() && files.size() > 1; ++index) {
    if (shares.contains(index)) continue;
    const bool several_hosts = std::ranges::any_of(files[index].file->cases, [](const auto& record) {
      return std::ranges::any_of(record.rank_rows,
                                 [&](const auto& row) { return row.host != record.rank_rows.front().host; });
    });
    if (files[index].file->cases.empty() && !files[index].file->comm.empty()) continue;
    if (several_hosts && shares.empty()) continue;
    refuse(index, names_[index], "holds no case that another file holds: give files of one config");
  }
}

}  // namespace scalemark::analysis
