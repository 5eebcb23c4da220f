# One library per folder of src, so that a dependency that DESIGN does not allow fails to link.

add_library(scalemark_warnings INTERFACE)
target_compile_options(
  scalemark_warnings
  INTERFACE $<$<COMPILE_LANGUAGE:CXX>:-Wall;-Wextra;-Wshadow;-Wnon-virtual-dtor;-Wold-style-cast;-Woverloaded-virtual>
            $<$<COMPILE_LANGUAGE:CXX>:-Wconversion;-Wno-sign-conversion;$<$<BOOL:${SCALEMARK_WERROR}>:-Werror>>
            # Takes a source that another one includes for a header.
            $<$<AND:$<COMPILE_LANG_AND_ID:CXX,GNU>,$<BOOL:${SCALEMARK_UNITY}>>:-Wno-subobject-linkage>
            $<$<AND:$<COMPILE_LANGUAGE:CUDA>,$<BOOL:${SCALEMARK_WERROR}>>:SHELL:-Werror all-warnings>)

# Two precompiled headers: of the tensor alone, which loads in a second where one of all of LibTorch takes longer than most files
# of ours take to compile; and of its operators with autograd, for the targets most of whose files need them anyway: 4 seconds
# to load, 19 to read. What a file needs beyond that it includes itself.
function(scalemark_precompile target header)
  file(WRITE ${CMAKE_BINARY_DIR}/${target}.cpp "// Owns the precompiled ${header}.\n")
  add_library(${target} STATIC ${CMAKE_BINARY_DIR}/${target}.cpp)
  target_link_libraries(${target} PUBLIC ${SCALEMARK_LIBTORCH})
  target_precompile_headers(${target} PRIVATE <${header}>)
  if(CMAKE_CXX_COMPILER_LAUNCHER)
    # Its bytes name the build folder: ccache is to go by what it was made of instead, so that the flavours share objects.
    file(WRITE ${CMAKE_BINARY_DIR}/CMakeFiles/${target}.dir/cmake_pch.hxx.gch.sum
         "${header} of LibTorch ${LibTorch_VERSION} in ${LibTorch_ROOT_DIR}\n")
  endif()
endfunction()

if(SCALEMARK_BUILD_RUN)
  # Programs too as -fPIC: a precompiled header is refused (silently) where the code model differs.
  set(CMAKE_CXX_COMPILE_OPTIONS_PIE -fPIC)
  set(SCALEMARK_LIBTORCH LibTorch::cpu $<$<BOOL:${SCALEMARK_WITH_CUDA}>:LibTorch::cuda>)
  scalemark_precompile(scalemark_tensor_header ATen/core/Tensor.h)
  scalemark_precompile(scalemark_operators_header torch/types.h)
endif()

# scalemark_use_torch(<target> TENSOR|OPERATORS): links LibTorch and reuses that precompiled header.
function(scalemark_use_torch target what)
  if(CMAKE_CXX_COMPILER_LAUNCHER)
    target_compile_options(${target} PRIVATE $<$<COMPILE_LANGUAGE:CXX>:-fpch-preprocess>) # what ccache needs to see through it
  endif()
  string(TOLOWER scalemark_${what}_header header)
  target_link_libraries(${target} PUBLIC ${SCALEMARK_LIBTORCH})
  target_precompile_headers(${target} REUSE_FROM ${header})
endfunction()

# COLD targets run for milliseconds in a job: the time that the compiler takes for them weighs more than theirs.
function(scalemark_cold target)
  target_compile_options(${target} PRIVATE $<$<CONFIG:Release>:-O1>)
endfunction()

# scalemark_library(<folder> [COLD] [TORCH TENSOR|OPERATORS] SOURCES ... [DEPENDS ...]): the library scalemark_<folder> of src/<folder>.
function(scalemark_library folder)
  cmake_parse_arguments(ARG "COLD" "TORCH" "SOURCES;DEPENDS" ${ARGN})
  set(target scalemark_${folder})
  add_library(${target} STATIC ${ARG_SOURCES})
  target_include_directories(${target} PUBLIC ${PROJECT_SOURCE_DIR}/src)
  target_link_libraries(${target} PUBLIC ${ARG_DEPENDS} PRIVATE scalemark_warnings)
  if(ARG_COLD)
    scalemark_cold(${target})
  endif()
  if(ARG_TORCH)
    scalemark_use_torch(${target} ${ARG_TORCH})
  endif()
endfunction()

# scalemark_program(<name> [COLD] [TORCH TENSOR|OPERATORS] SOURCES ... DEPENDS ...): a program at <build>/bin.
function(scalemark_program name)
  cmake_parse_arguments(ARG "COLD" "TORCH" "SOURCES;DEPENDS" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE ${ARG_DEPENDS} scalemark_warnings)
  if(ARG_COLD)
    scalemark_cold(${name})
  endif()
  if(ARG_TORCH)
    scalemark_use_torch(${name} ${ARG_TORCH})
  endif()
endfunction()

