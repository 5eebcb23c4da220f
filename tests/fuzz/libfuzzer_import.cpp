// libFuzzer's entry for `scalemark import`. The reader of result files has none: the HDF5 library crashes on some
// damaged files, which is why it runs in a process of its own; fuzz_driver starts it there.
#include <cstddef>
#include <cstdint>
#include <string>

#include "fuzz/fuzz_targets.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  scalemark::fuzz::fuzz_import(std::string(data, data + size));
  return 0;
}
