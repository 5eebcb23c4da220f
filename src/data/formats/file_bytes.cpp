#include "data/formats/file_bytes.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <new>
#include <span>
#include <system_error>

#include "core/error.h"
#include "core/units.h"

namespace scalemark::data {
namespace {

constexpr std::uint64_t kFirstOutputBytes = kMebibyte;
constexpr std::size_t kLargestImageBytes = 64 * kMebibyte;

/// Owns zlib's inflate state over one gzip member.
class GzipStream {
 public:
  explicit GzipStream(std::span<std::uint8_t> input) {
    stream_.next_in = input.data();
    stream_.avail_in = static_cast<uInt>(input.size());
    constexpr int kGzipOnly = 16;
    if (inflateInit2(&stream_, MAX_WBITS + kGzipOnly) != Z_OK) throw std::bad_alloc();
  }
  ~GzipStream() { inflateEnd(&stream_); }
  GzipStream(const GzipStream&) = delete;
  GzipStream& operator=(const GzipStream&) = delete;

  /// Returns zlib's status.
  int inflate_to(std::span<std::uint8_t> output) {
    stream_.next_out = output.data();
    stream_.avail_out = static_cast<uInt>(output.size());
    return inflate(&stream_, Z_NO_FLUSH);
  }

  std::uint64_t input_bytes() const { return stream_.total_in; }
  std::uint64_t input_bytes_left() const { return stream_.avail_in; }
  std::uint64_t output_bytes() const { return stream_.total_out; }
  const char* message() const { return stream_.msg != nullptr ? stream_.msg : "unknown error"; }

 private:
  z_stream stream_{};
};

class OpenFile {
 public:
  // Without waiting: a pipe in a data set's folder must not stop it for ever.
  explicit OpenFile(const std::string& path) : descriptor_(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)) {
    if (descriptor_ < 0) throw std::system_error(errno, std::generic_category(), "cannot be opened");
  }
  ~OpenFile() { close(descriptor_); }
  OpenFile(const OpenFile&) = delete;
  OpenFile& operator=(const OpenFile&) = delete;

  /// @throws std::system_error where it is no regular file, or larger than `most_bytes`
  std::size_t size(std::size_t most_bytes) const {
    struct stat status {};
    if (fstat(descriptor_, &status) != 0) throw std::system_error(errno, std::generic_category(), "cannot be read");
    if (!S_ISREG(status.st_mode)) throw std::system_error(EINVAL, std::generic_category(), "is not a regular file");
    const auto bytes = static_cast<std::size_t>(status.st_size);
    if (bytes > most_bytes) throw std::system_error(EFBIG, std::generic_category(), "is too large");
    return bytes;
  }

  /// Fills `buffer`, less where the file ends before; returns how many bytes there were.
  std::size_t fill(std::span<std::uint8_t> buffer) const {
    std::size_t filled = 0;
    while (filled < buffer.size()) {
      const ssize_t got = read(descriptor_, buffer.data() + filled, buffer.size() - filled);
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) throw std::system_error(errno, std::generic_category(), "cannot be read");
      if (got == 0) break;
      filled += static_cast<std::size_t>(got);
    }
    return filled;
  }

  /// The `buffer.size()` bytes at `offset`; returns whether they are there.
  bool fill_at(std::size_t offset, std::span<std::uint8_t> buffer) const {
    return pread(descriptor_, buffer.data(), buffer.size(), static_cast<off_t>(offset)) ==
           static_cast<ssize_t>(buffer.size());
  }

 private:
  int descriptor_;
};

void check_gzip_end(const FileBytes& file, const GzipStream& stream, int status) {
  if (status == Z_BUF_ERROR) {
    file.fail(stream.input_bytes(), "the file ends within its gzip data; expected more (cut short? fetch it again)");
  }
  if (status == Z_MEM_ERROR) throw std::bad_alloc();
  if (status != Z_STREAM_END) {
    file.fail(stream.input_bytes(), fmt::format("damaged gzip data ({}); fetch the file again", stream.message()));
  }
  if (stream.input_bytes_left() != 0) {
    file.fail(stream.input_bytes(),
              fmt::format("{} bytes follow the gzip data; expected the end of the file", stream.input_bytes_left()));
  }
}

std::vector<std::uint8_t> inflate_file(FileBytes& file) {
  GzipStream stream(file.bytes);
  std::vector<std::uint8_t> output;
  int status = Z_OK;
  while (status == Z_OK) {
    if (stream.output_bytes() == kLargestFileBytes) {
      file.fail(stream.input_bytes(), "inflates to more than 1 GiB; expected a smaller file");
    }
    output.resize(std::clamp<std::uint64_t>(2 * output.size(), kFirstOutputBytes, kLargestFileBytes));
    status = stream.inflate_to(std::span(output).subspan(stream.output_bytes()));
  }
  check_gzip_end(file, stream, status);
  output.resize(stream.output_bytes());
  return output;
}

}  // namespace

void FileBytes::fail(std::uint64_t offset, std::string_view what) const {
  throw InputError(
      fmt::format("{}: offset {}{}: {}", path.string(), offset, inflated ? " of the uncompressed data" : "", what));
}

FileBytes read_file(const std::filesystem::path& path) {
  FileBytes file{path, false, {}};
  std::error_code error;
  if (!std::filesystem::is_regular_file(path, error)) file.fail(0, "is not a regular file");
  const std::uint64_t size = std::filesystem::file_size(path, error);
  if (error) file.fail(0, error.message());
  if (size > kLargestFileBytes) {
    file.fail(kLargestFileBytes, fmt::format("the file holds {} bytes; expected at most 1 GiB", size));
  }
  std::ifstream stream(path, std::ios::binary);
  if (!stream) file.fail(0, "cannot be opened: " + std::generic_category().message(errno));
  file.bytes.resize(size);
  stream.read(reinterpret_cast<char*>(file.bytes.data()), static_cast<std::streamsize>(size));
  const auto got = static_cast<std::uint64_t>(stream.gcount());
  if (got != size) file.fail(got, fmt::format("reading stopped; expected {} bytes", size));
  return file;
}

FileBytes read_gzip_or_plain_file(const std::filesystem::path& path) {
  FileBytes file = read_file(path);
  const bool is_gzip = file.bytes.size() >= 2 && file.bytes[0] == 0x1f && file.bytes[1] == 0x8b;
  if (is_gzip) {
    file.bytes = inflate_file(file);
    file.inflated = true;
  }
  return file;
}

std::span<const std::uint8_t> read_into(const std::string& path, std::vector<std::uint8_t>& buffer) {
  const OpenFile file(path);
  const std::size_t bytes = file.size(kLargestImageBytes);
  if (buffer.size() < bytes) buffer.resize(bytes);
  return std::span(buffer).first(file.fill(std::span(buffer).first(bytes)));
}

FileEnds read_ends(const std::string& path, std::size_t bytes, std::vector<std::uint8_t>& buffer) {
  const OpenFile file(path);
  const std::size_t file_bytes = file.size(kLargestImageBytes);
  if (buffer.size() < bytes) buffer.resize(bytes);
  FileEnds ends;
  ends.beginning = std::span(buffer).first(file.fill(std::span(buffer).first(std::min(bytes, file_bytes))));
  ends.is_whole = ends.beginning.size() == file_bytes;
  if (file_bytes < ends.last.size()) return ends;
  if (ends.is_whole) {
    std::copy_n(ends.beginning.end() - ends.last.size(), ends.last.size(), ends.last.begin());
  } else if (!file.fill_at(file_bytes - ends.last.size(), ends.last)) {
    ends.last = {};
  }
  return ends;
}

}  // namespace scalemark::data
