#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <limits>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "report/tables/csv.h"

namespace scalemark::report {

/// A file to write and what it holds: a text, or what writes one part by part, the same each time.
struct Document {
  std::filesystem::path path;
  std::function<void(const TextSink&)> write;

  Document(std::filesystem::path to, std::string text)
      : path(std::move(to)), write([text = std::move(text)](const TextSink& sink) { sink(text); }) {}
  Document(std::filesystem::path to, std::function<void(const TextSink&)> writer)
      : path(std::move(to)), write(std::move(writer)) {}
};

inline constexpr std::size_t kAnyBytes = std::numeric_limits<std::size_t>::max();

/// Makes the folder where it does not exist and writes every document. Returns their paths.
/// @throws InputError where one exists already or all together hold more than `most_bytes` (nothing is written then),
/// or where one cannot be written.
std::vector<std::filesystem::path> write_documents(const std::filesystem::path& folder,
                                                   const std::vector<Document>& documents,
                                                   std::size_t most_bytes = kAnyBytes);

}  // namespace scalemark::report
