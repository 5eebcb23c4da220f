#pragma once

#include <filesystem>

namespace scalemark::fuzz {

// Each takes what a stranger handed in and returns whether it was accepted. What must hold is checked here, and a
// breach is a std::logic_error: a refusal is one InputError, of printable lines that begin with the source; what was
// accepted can be reported, compared and written again.

/// A result file: read, reported as Markdown and text, and compared with itself.
bool fuzz_results(const std::filesystem::path& path);

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
