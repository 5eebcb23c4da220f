#pragma once

#include <string>
#include <vector>

#include "analysis/case_set.h"

namespace scalemark::analysis {

/// What is said of cases that two files hold. What is true of several cases is said once, with their names.
class MergeNotes {
 public:
  /// Which of two files' measurements of one case is shown and why, and where the two disagree: in status, step time or
  /// versions.
  void add_duplicate(const MeasuredCase& dropped, const MeasuredCase& kept);

  /// That one name stands for different work in two files, and in what it differs, or that the same work was measured
  /// on other hosts. Nothing where the two differ only in what scaling varies, as the files of one job per number of
  /// ranks do.
  void add_conflict(const MeasuredCase& first, const MeasuredCase& second);

  /// A sentence each, in the order in which they were added.
  std::vector<std::string> lines() const;

 private:
  /// "The case" a "is in file 1 ...", and of several "The cases" a, b "are in file 1 ...".
  struct Note {
    const char* subject;
    const char* subjects;
    std::string predicate;
    std::string predicate_of_several;
    std::vector<std::string> names{};
  };
  void add(Note note, const std::string& name);

  std::vector<Note> notes_;
};

}  // namespace scalemark::analysis
