#pragma once

#include <string>
#include <vector>

#include "config/faults.h"

namespace scalemark::published {

/// A field's content, without its quotes, and where it begins.
struct CsvField {
  std::string text;
  config::Place place;
};

/// A CSV text taken apart.
struct CsvText {
  std::vector<CsvField> comments;  ///< lines that begin with #, without it
  std::vector<CsvField> header;    ///< the first line that is neither a comment nor empty
  std::vector<std::vector<CsvField>> rows;
};

/// Reads RFC 4180 strictly: fields between commas, quoted where they hold a comma, a quote (written twice) or a line
/// end. Lines end in LF or CRLF; empty lines, a byte order mark and comment lines are passed over. Columns of a place
/// count characters. What is wrong goes to `faults`; the result is complete only where nothing was added.
CsvText parse_csv(const std::string& source, const std::string& text, config::Faults& faults);

}  // namespace scalemark::published
