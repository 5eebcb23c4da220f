#pragma once

#include <list>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "analysis/case_set.h"
#include "analysis/named_file.h"

namespace scalemark::analysis {

/// What could not be compared, and why.
struct RefusedFile {
  std::string name;
  std::string reason;
};

/// Equal for cases of the same work on as many hosts: on one host a step is the host's own, on several only what each
/// rank does by itself.
std::string subject_key_of(const MeasuredCase& one);

/// "oom: out of memory": what became of a case.
std::string status_and_reason(const MeasuredCase& one);

/// The cases of several files that can be held against each other. Refers to the files.
class ComparableCases {
 public:
  /// Of each case, what most of the files measured counts: files that differ from it in work, device or length are
  /// refused, and so are those that share no case with another file.
  explicit ComparableCases(std::span<const NamedFile> files);

  const std::vector<const MeasuredCase*>& usable() const { return usable_; }  ///< ok, and comparable
  const std::vector<const MeasuredCase*>& broken() const { return broken_; }  ///< neither ok nor skipped
  const std::vector<RefusedFile>& refused() const { return refused_; }
  /// The file that the others are held against; nullptr without any case.
  const results::ResultFile* reference() const { return reference_; }
  bool is_refused(std::size_t file_index) const;
  /// Broken cases that are ok in more files than they are broken in.
  std::vector<const MeasuredCase*> broken_elsewhere_ok() const;

 private:
  using Cases = std::vector<const MeasuredCase*>;

  void choose(const Cases& copies);
  void refuse_the_lonely(std::span<const NamedFile> files);
  void refuse(std::size_t file_index, const std::string& name, const std::string& reason);

  std::list<CaseSet> sets_;
  std::map<std::string, Cases> by_key_;
  std::vector<std::string> names_;
  Cases usable_;
  Cases broken_;
  std::vector<RefusedFile> refused_;
  std::vector<bool> is_refused_;
  const results::ResultFile* reference_ = nullptr;
};

}  // namespace scalemark::analysis
