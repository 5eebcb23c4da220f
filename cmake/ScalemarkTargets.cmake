# One library per folder of src, so that a dependency that DESIGN does not allow fails to link.

add_library(scalemark_warnings INTERFACE)
target_compile_options(
  scalemark_warnings
  INTERFACE $<$<COMPILE_LANGUAGE:CXX>:-Wall;-Wextra;-Wshadow;-Wnon-virtual-dtor;-Wold-style-cast;-Woverloaded-virtual>
            $<$<COMPILE_LANGUAGE:CXX>:-Wconversion;-Wno-sign-conversion;$<$<BOOL:${SCALEMARK_WERROR}>:-Werror>>
            $<$<AND:$<COMPILE_LANGUAGE:CUDA>,$<BOOL:${SCALEMARK_WERROR}>>:SHELL:-Werror all-warnings>)

# The one precompiled header. Only the tensor: it loads in 0.3 s where torch/torch.h, precompiled, takes 5 s per file, more than
# most files of ours take to compile. Files that need more of LibTorch include just that.
if(SCALEMARK_BUILD_RUN)
  # Programs too as -fPIC: a precompiled header is refused (silently) where the code model differs.
  set(CMAKE_CXX_COMPILE_OPTIONS_PIE -fPIC)
  file(WRITE ${CMAKE_BINARY_DIR}/torch_pch.cpp "// Owns the precompiled tensor header.\n")
  add_library(scalemark_torch_pch STATIC ${CMAKE_BINARY_DIR}/torch_pch.cpp)
  set(SCALEMARK_LIBTORCH LibTorch::cpu $<$<BOOL:${SCALEMARK_WITH_CUDA}>:LibTorch::cuda>)
  target_link_libraries(scalemark_torch_pch PUBLIC ${SCALEMARK_LIBTORCH})
  target_precompile_headers(scalemark_torch_pch PRIVATE <ATen/core/Tensor.h>)
  if(CMAKE_CXX_COMPILER_LAUNCHER)
    # Its bytes name the build folder: ccache is to go by what it was made of instead, so that the flavours share objects.
    file(WRITE ${CMAKE_BINARY_DIR}/CMakeFiles/scalemark_torch_pch.dir/cmake_pch.hxx.gch.sum "ATen/core/Tensor.h of LibTorch ${LibTorch_VERSION} in ${LibTorch_ROOT_DIR}\n")
  endif()
endif()

# scalemark_use_torch(<target>): links LibTorch and reuses the precompiled header.
function(scalemark_use_torch target)
  if(CMAKE_CXX_COMPILER_LAUNCHER)
    target_compile_options(${target} PRIVATE $<$<COMPILE_LANGUAGE:CXX>:-fpch-preprocess>) # what ccache needs to see through it
  endif()
  target_link_libraries(${target} PUBLIC ${SCALEMARK_LIBTORCH})
  target_precompile_headers(${target} REUSE_FROM scalemark_torch_pch)
endfunction()

# scalemark_library(<folder> [TORCH] SOURCES ... [DEPENDS ...]): the library scalemark_<folder> of src/<folder>.
function(scalemark_library folder)
  cmake_parse_arguments(ARG "TORCH" "" "SOURCES;DEPENDS" ${ARGN})
  set(target scalemark_${folder})
  add_library(${target} STATIC ${ARG_SOURCES})
  target_include_directories(${target} PUBLIC ${PROJECT_SOURCE_DIR}/src)
  target_link_libraries(${target} PUBLIC ${ARG_DEPENDS} PRIVATE scalemark_warnings)
  if(ARG_TORCH)
    scalemark_use_torch(${target})
  endif()
endfunction()

# scalemark_program(<name> [TORCH] SOURCES ... DEPENDS ...): a program at <build>/bin.
function(scalemark_program name)
  cmake_parse_arguments(ARG "TORCH" "" "SOURCES;DEPENDS" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE ${ARG_DEPENDS} scalemark_warnings)
  if(ARG_TORCH)
    scalemark_use_torch(${name})
  endif()
endfunction()

