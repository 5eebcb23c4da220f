// libFuzzer's entry for a reader of files: SCALEMARK_FUZZ_TARGET is its function, SCALEMARK_FUZZ_FILE the name that the
// input gets. Result files (`results`, `report`) have none: the HDF5 library crashes on some damaged files, which is
// why it runs in a process of its own; fuzz_driver starts it there.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>

#include "fuzz/fuzz_targets.h"

namespace {

/// A new empty folder that goes with the process.
class InputFolder {
 public:
  InputFolder() {
    std::string path = (std::filesystem::temp_directory_path() / "scalemark-fuzz-XXXXXX").string();
    if (mkdtemp(path.data()) == nullptr) throw std::runtime_error("no folder can be made at " + path);
    path_ = path;
  }
  InputFolder(const InputFolder&) = delete;
  InputFolder& operator=(const InputFolder&) = delete;
  ~InputFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  std::filesystem::path file() const { return path_ / SCALEMARK_FUZZ_FILE; }

 private:
  std::filesystem::path path_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const InputFolder folder;
  std::ofstream(folder.file(), std::ios::binary | std::ios::trunc)
      .write(reinterpret_cast<const char*>(data), static_cast<std::streamsize>(size));
  scalemark::fuzz::SCALEMARK_FUZZ_TARGET(folder.file());
  return 0;
}
