# Finds LibTorch in a torch folder (of a Python wheel or of a LibTorch archive) without its own TorchConfig.cmake,
# which insists on nvcc and adds code-generation flags of its own.
#
# Input:   SCALEMARK_TORCH, CMAKE_PREFIX_PATH
# Output:  LibTorch_FOUND LibTorch_VERSION LibTorch_ROOT_DIR, LibTorch_CUDA_LIBRARY where it is a CUDA build
#          target LibTorch::cpu (ScalemarkCuda.cmake adds LibTorch::cuda)

find_path(
  LibTorch_ROOT_DIR
  NAMES include/torch/csrc/api/include/torch/torch.h
  HINTS ${SCALEMARK_TORCH}
  PATH_SUFFIXES torch libtorch)

if(LibTorch_ROOT_DIR)
  # Newer ones first; 2.7.1 has the second alone.
  foreach(_header torch/headeronly/version.h torch/csrc/api/include/torch/version.h)
    if(NOT _lines AND EXISTS ${LibTorch_ROOT_DIR}/include/${_header})
      file(STRINGS ${LibTorch_ROOT_DIR}/include/${_header} _lines REGEX "TORCH_VERSION_(MAJOR|MINOR|PATCH) [0-9]+")
    endif()
  endforeach()
  string(REGEX REPLACE "[^0-9;]+" "" _numbers "${_lines}")
  list(JOIN _numbers "." LibTorch_VERSION)
endif()

find_library(LibTorch_CPU_LIBRARY torch_cpu HINTS ${LibTorch_ROOT_DIR}/lib NO_DEFAULT_PATH)
find_library(LibTorch_C10_LIBRARY c10 HINTS ${LibTorch_ROOT_DIR}/lib NO_DEFAULT_PATH)
find_library(LibTorch_CUDA_LIBRARY torch_cuda HINTS ${LibTorch_ROOT_DIR}/lib NO_DEFAULT_PATH)
find_library(LibTorch_C10_CUDA_LIBRARY c10_cuda HINTS ${LibTorch_ROOT_DIR}/lib NO_DEFAULT_PATH)

# LibTorch's own OpenMP, which a wheel brings along: with another one beside it, at::set_num_threads would not reach the
# threads of at::parallel_for, which is compiled into its callers.
file(GLOB LibTorch_OpenMP_LIBRARY ${LibTorch_ROOT_DIR}/lib/libgomp*.so*)
if(NOT LibTorch_OpenMP_LIBRARY)
  set(LibTorch_OpenMP_LIBRARY gomp)
endif()

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(
  LibTorch
  REQUIRED_VARS LibTorch_ROOT_DIR LibTorch_CPU_LIBRARY LibTorch_C10_LIBRARY
  VERSION_VAR LibTorch_VERSION
  REASON_FAILURE_MESSAGE "run scripts/bootstrap, or set SCALEMARK_TORCH to a torch folder of the version in scripts/requirements.lock")

if(LibTorch_FOUND AND NOT TARGET LibTorch::cpu)
  add_library(LibTorch::cpu INTERFACE IMPORTED)
  target_include_directories(
    LibTorch::cpu SYSTEM INTERFACE ${LibTorch_ROOT_DIR}/include ${LibTorch_ROOT_DIR}/include/torch/csrc/api/include)
  target_link_libraries(LibTorch::cpu INTERFACE ${LibTorch_CPU_LIBRARY} ${LibTorch_C10_LIBRARY} ${LibTorch_OpenMP_LIBRARY})
  # Without it at::parallel_for is a plain loop.
  target_compile_options(LibTorch::cpu INTERFACE $<$<COMPILE_LANGUAGE:CXX>:-fopenmp>)
  # The CUDA libraries behind a CUDA wheel are found through the wheel's own run path.
  target_link_options(LibTorch::cpu INTERFACE -Wl,--unresolved-symbols=ignore-in-shared-libs)
endif()
