#pragma once

#include <functional>
#include <string>
#include <vector>

#include "results/records.h"

namespace scalemark::published {

/// A column that `scalemark import` reads.
struct FigureColumn {
  std::string name;
  /// Puts the text of a field, which is not empty, into the record. Returns what is wrong with it and what is allowed;
  /// empty where nothing is.
  std::function<std::string(results::CaseRecord&, const std::string&)> read;
};

/// The columns of /tables/cases in their order, then `max_batch`, `images` (of the training set) and `device` (the
/// model's name).
const std::vector<FigureColumn>& figure_columns();

/// Whether the record holds any measured quantity, or its batch is one.
bool has_figure(const results::CaseRecord& record);

}  // namespace scalemark::published
