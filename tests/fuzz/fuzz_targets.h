#pragma once

#include <filesystem>
#include <stdexcept>
#include <string>

namespace scalemark::fuzz {

/// Reports a breach of what must hold.
inline void require(bool condition, const std::string& breach) {
  if (!condition) throw std::logic_error(breach);
}

// Each takes what a stranger handed in and returns whether it was accepted. What must hold is checked here, and a
// breach is a std::logic_error: a refusal is one InputError, of printable lines that begin with the source; what was
// accepted can be reported, compared and written again.

/// A result file: read, reported as Markdown and text, and compared with itself.
bool fuzz_results(const std::filesystem::path& path);

/// The same with every page, table and prediction: each is well-formed text without control characters, and all are
/// of bounded size.
bool fuzz_report(const std::filesystem::path& path);

/// Any bytes as text for a person, and that as HTML, Markdown, CSV and JSON. Accepted: what needed no change.
bool fuzz_text(const std::filesystem::path& path);

/// Lines that a rank's monitor may hear.
bool fuzz_monitor(const std::filesystem::path& path);

/// A CSV file of published figures; what is accepted must pass the checks of a record and be reported.
bool fuzz_import(const std::filesystem::path& path);

/// The config of an experiment, and a named network: YAML.
bool fuzz_config(const std::filesystem::path& path);
bool fuzz_network(const std::filesystem::path& path);

/// An IDX file of images, plain or gzip; and CIFAR-10's test_batch.bin, as the folder has it.
bool fuzz_idx(const std::filesystem::path& path);
bool fuzz_cifar10(const std::filesystem::path& path);

/// A JPEG image, decoded whole and shrunk; and a pack of such images, of which every one is read.
bool fuzz_image(const std::filesystem::path& path);
bool fuzz_pack(const std::filesystem::path& path);

}  // namespace scalemark::fuzz
