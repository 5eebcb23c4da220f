#pragma once

#include <string_view>

namespace scalemark::doctor {

/// Whether a library that nvcc made with `flags` ("arch=compute_80,code=sm_80 ...") runs on a GPU of `capability` (86
/// for sm_86): code for the same major version and no newer minor one, or intermediate code for no newer GPU, which the
/// driver compiles. (CUDA C++ Programming Guide, "Binary compatibility" and "PTX compatibility".)
bool runs_on(std::string_view flags, int capability);

}  // namespace scalemark::doctor
