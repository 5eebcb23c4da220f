# Resolves SCALEMARK_CUDA to SCALEMARK_WITH_CUDA, and finds what the CUDA flavour needs: a compiler, headers and
# libraries of the CUDA release that LibTorch was built for. The system's toolkit is taken where its major version is
# LibTorch's, else the wheels beside the torch folder. NCCL is LibTorch's own: two in one process would not share state.
#
# Output:  SCALEMARK_WITH_CUDA, LibTorch_CUDA_VERSION (empty for a CPU build of LibTorch)
#          SCALEMARK_WITH_NVTX: whether NVTX's headers are there too
#          where ON: targets LibTorch::cuda and NCCL::nccl, the language CUDA, CMAKE_CUDA_ARCHITECTURES,
#          scalemark_cuda_sources()

# "13.0" in <out>; a wheel says so in version.py, an archive in build-version ("2.11.0+cu130").
function(_scalemark_libtorch_cuda_version out)
  set(version "")
  if(EXISTS ${LibTorch_ROOT_DIR}/version.py)
    file(STRINGS ${LibTorch_ROOT_DIR}/version.py line REGEX "^cuda[ :=]")
    if(line MATCHES "'([0-9]+\\.[0-9]+)'")
      set(version ${CMAKE_MATCH_1})
    endif()
  elseif(EXISTS ${LibTorch_ROOT_DIR}/build-version)
    file(STRINGS ${LibTorch_ROOT_DIR}/build-version line)
    if(line MATCHES "\\+cu([0-9]+)([0-9])")
      set(version ${CMAKE_MATCH_1}.${CMAKE_MATCH_2})
    endif()
  endif()
  set(${out} "${version}" PARENT_SCOPE)
endfunction()

# The major version of the compiler <nvcc> in <out>.
function(_scalemark_nvcc_major nvcc out)
  execute_process(COMMAND ${nvcc} --version OUTPUT_VARIABLE text ERROR_QUIET)
  string(REGEX MATCH "release ([0-9]+)" _ "${text}")
  set(${out} "${CMAKE_MATCH_1}" PARENT_SCOPE)
endfunction()

find_program(SCALEMARK_SYSTEM_NVCC nvcc HINTS ENV CUDA_PATH ENV CUDA_HOME PATHS /usr/local/cuda PATH_SUFFIXES bin)
find_program(_nvidia_smi nvidia-smi)
mark_as_advanced(SCALEMARK_SYSTEM_NVCC _nvidia_smi)

_scalemark_libtorch_cuda_version(LibTorch_CUDA_VERSION)

set(SCALEMARK_WITH_CUDA OFF)
set(SCALEMARK_WITH_NVTX OFF)
if(SCALEMARK_CUDA STREQUAL "ON")
  set(SCALEMARK_WITH_CUDA ON)
elseif(SCALEMARK_CUDA STREQUAL "AUTO")
  if(LibTorch_CUDA_LIBRARY AND (SCALEMARK_SYSTEM_NVCC OR _nvidia_smi OR EXISTS /proc/driver/nvidia/version))
    set(SCALEMARK_WITH_CUDA ON)
  endif()
elseif(NOT SCALEMARK_CUDA STREQUAL "OFF")
  message(FATAL_ERROR "SCALEMARK_CUDA is '${SCALEMARK_CUDA}'; it must be AUTO, ON or OFF")
endif()
message(STATUS "CUDA and NCCL backends: ${SCALEMARK_WITH_CUDA} (SCALEMARK_CUDA=${SCALEMARK_CUDA}, LibTorch's CUDA: ${LibTorch_CUDA_VERSION})")
if(NOT SCALEMARK_WITH_CUDA)
  return()
endif()
if(NOT LibTorch_CUDA_LIBRARY OR NOT LibTorch_CUDA_VERSION)
  message(FATAL_ERROR "SCALEMARK_CUDA=ON needs a CUDA build of LibTorch; the one in ${LibTorch_ROOT_DIR} is for the CPU")
endif()

string(REGEX MATCH "^[0-9]+" _major ${LibTorch_CUDA_VERSION})
get_filename_component(_wheels ${LibTorch_ROOT_DIR}/../nvidia ABSOLUTE)
set(_wheel_toolkit ${_wheels}/cu${_major})

# Compiler
if(NOT CMAKE_CUDA_COMPILER)
  set(_system_major "")
  if(SCALEMARK_SYSTEM_NVCC)
    _scalemark_nvcc_major(${SCALEMARK_SYSTEM_NVCC} _system_major)
  endif()
  if(_system_major STREQUAL _major)
    set(CMAKE_CUDA_COMPILER ${SCALEMARK_SYSTEM_NVCC})
  elseif(EXISTS ${_wheel_toolkit}/bin/nvcc)
    set(CMAKE_CUDA_COMPILER ${_wheel_toolkit}/bin/nvcc)
  else()
    message(FATAL_ERROR "LibTorch is built for CUDA ${LibTorch_CUDA_VERSION} and there is no nvcc ${_major}: put one on PATH, run scripts/bootstrap, or set SCALEMARK_CUDA=OFF")
  endif()
endif()
get_filename_component(_compiler_root ${CMAKE_CUDA_COMPILER}/../.. ABSOLUTE)
if(NOT EXISTS ${_compiler_root}/lib64)
  # The wheels have their libraries in lib, where nvcc does not look.
  string(APPEND CMAKE_CUDA_FLAGS_INIT " -L${_compiler_root}/lib")
endif()
if(NOT DEFINED SCALEMARK_CUDA_ARCHITECTURES)
  if(_major GREATER_EQUAL 13)
    set(_architectures 75 80 86 90 100 120)
  else()
    set(_architectures 70 75 80 86 90)
  endif()
  set(SCALEMARK_CUDA_ARCHITECTURES "${_architectures}" CACHE STRING "Compute capabilities to compile kernels for")
endif()
set(CMAKE_CUDA_ARCHITECTURES ${SCALEMARK_CUDA_ARCHITECTURES})
set(CMAKE_CUDA_STANDARD 20)
set(CMAKE_CUDA_RUNTIME_LIBRARY None) # LibTorch's: one CUDA runtime in the process
enable_language(CUDA)
if(NOT CMAKE_CUDA20_STANDARD_COMPILE_OPTION)
  # CMake 3.25 does not know that nvcc 12 and newer read C++20.
  set(CMAKE_CUDA20_STANDARD_COMPILE_OPTION -std=c++20)
  set(CMAKE_CUDA20_EXTENSION_COMPILE_OPTION -std=c++20)
endif()

# Headers and libraries. The folder beside the compiler may hold the compiler's part alone: the wheels complete it.
set(_cuda_include_dirs ${CMAKE_CUDA_TOOLKIT_INCLUDE_DIRECTORIES})
if(IS_DIRECTORY ${_wheel_toolkit}/include)
  list(APPEND _cuda_include_dirs ${_wheel_toolkit}/include)
endif()
# Before CUDA 13 each library's wheel has a folder of its own.
if(_major LESS 13)
  file(GLOB _wheel_includes ${_wheels}/*/include)
  list(APPEND _cuda_include_dirs ${_wheel_includes})
endif()
find_file(
  LibTorch_CUDART_LIBRARY libcudart.so.${_major}
  PATHS ${_wheel_toolkit}/lib ${_wheels}/cuda_runtime/lib ${LibTorch_ROOT_DIR}/lib ${CMAKE_CUDA_IMPLICIT_LINK_DIRECTORIES}
  NO_DEFAULT_PATH)
find_path(NCCL_INCLUDE_DIR nccl.h HINTS ${_wheels}/nccl/include ${_cuda_include_dirs})
find_file(NCCL_LIBRARY libnccl.so.2 HINTS ${_wheels}/nccl/lib ${CMAKE_CUDA_IMPLICIT_LINK_DIRECTORIES} PATHS ${CMAKE_SYSTEM_LIBRARY_PATH} PATH_SUFFIXES ${CMAKE_LIBRARY_ARCHITECTURE})
# Headers alone. A toolkit without them builds too: its steps then have no names in profilers.
find_path(NVTX_INCLUDE_DIR nvtx3/nvToolsExt.h HINTS ${_cuda_include_dirs})
if(NVTX_INCLUDE_DIR)
  set(SCALEMARK_WITH_NVTX ON)
endif()
foreach(_needed LibTorch_CUDART_LIBRARY NCCL_INCLUDE_DIR NCCL_LIBRARY)
  if(NOT ${_needed})
    message(FATAL_ERROR "the CUDA flavour needs ${_needed}, which is neither in ${_wheels} nor in the system's toolkit: run scripts/bootstrap, set ${_needed}, or set SCALEMARK_CUDA=OFF")
  endif()
endforeach()

add_library(LibTorch::cuda INTERFACE IMPORTED)
# Nothing calls into torch_cuda by name: it must be linked for its operators to be there.
target_link_libraries(
  LibTorch::cuda INTERFACE LibTorch::cpu -Wl,--push-state,--no-as-needed,${LibTorch_CUDA_LIBRARY},--pop-state
                           ${LibTorch_C10_CUDA_LIBRARY} ${LibTorch_CUDART_LIBRARY})

add_library(NCCL::nccl INTERFACE IMPORTED)
target_link_libraries(NCCL::nccl INTERFACE ${NCCL_LIBRARY})

list(TRANSFORM _cuda_include_dirs PREPEND "-isystem;" OUTPUT_VARIABLE SCALEMARK_CUDA_HEADERS)
list(PREPEND SCALEMARK_CUDA_HEADERS -isystem ${NCCL_INCLUDE_DIR})

# scalemark_cuda_sources(<file> ...): these alone see the headers of CUDA and NCCL. All others are compiled by the same command
# in both flavours, so that ccache has them for the second.
function(scalemark_cuda_sources)
  set_source_files_properties(${ARGN} PROPERTIES COMPILE_OPTIONS "${SCALEMARK_CUDA_HEADERS}")
endfunction()
