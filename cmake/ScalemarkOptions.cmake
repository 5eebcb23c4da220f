set(SCALEMARK_CUDA "AUTO" CACHE STRING "Build the CUDA and NCCL backends: AUTO (where an NVIDIA driver or nvcc is found), ON or OFF")
set_property(CACHE SCALEMARK_CUDA PROPERTY STRINGS AUTO ON OFF)
set(SCALEMARK_TORCH "$ENV{SCALEMARK_TORCH}" CACHE PATH "The torch folder (of a wheel or of LibTorch) to build against")
option(SCALEMARK_BUILD_RUN "Build scalemark-run, which needs LibTorch and MPI; without it only the report side is built" ON)
option(SCALEMARK_BUILD_TESTS "Build the tests" ON)
option(SCALEMARK_FUZZ "Build the libFuzzer targets too, which need clang" OFF)
option(SCALEMARK_UNITY "Compile each folder's sources together: a clean build takes a third of the time, a changed file that of its batch" OFF)
option(SCALEMARK_WERROR "Treat warnings as errors" OFF)
set(SCALEMARK_PYTHON "" CACHE FILEPATH "A Python with the [test] packages of scripts/requirements.in; empty leaves out the tests that need one")
option(SCALEMARK_PYTHON_TORCH "That Python imports torch and torchvision too: compare networks and optimizers with them" OFF)
set(SCALEMARK_SANITIZE "" CACHE STRING "Sanitizers to build with, as for -fsanitize (address,undefined or thread)")

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_UNITY_BUILD ${SCALEMARK_UNITY})
set(CMAKE_UNITY_BUILD_BATCH_SIZE 32)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)
if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "Build type" FORCE)
endif()

find_program(SCALEMARK_CCACHE ccache)
if(SCALEMARK_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  # The precompiled header is stamped with times and folders: ccache goes by its .sum file (ScalemarkTargets.cmake). The base folder
  # lets several checkouts share; a locale, which a container has not, changes no object.
  set(CMAKE_CXX_COMPILER_LAUNCHER
      ${CMAKE_COMMAND} -E env CCACHE_BASEDIR=${PROJECT_SOURCE_DIR} CCACHE_NOHASHDIR=1 CCACHE_PCH_EXTSUM=1
      CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime,locale
      ${SCALEMARK_CCACHE})
endif()

if(SCALEMARK_FUZZ)
  add_compile_options(-fsanitize=fuzzer-no-link) # the coverage that libFuzzer steers by
endif()

if(SCALEMARK_SANITIZE)
  add_compile_options(-fsanitize=${SCALEMARK_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${SCALEMARK_SANITIZE})
endif()
