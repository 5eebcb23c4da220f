# One library per folder of src, so that a dependency that DESIGN does not allow fails to link.

add_library(scalemark_warnings INTERFACE)
target_compile_options(
  scalemark_warnings
  INTERFACE $<$<COMPILE_LANGUAGE:CXX>:-Wall;-Wextra;-Wshadow;-Wnon-virtual-dtor;-Wold-style-cast;-Woverloaded-virtual>
            $<$<COMPILE_LANGUAGE:CXX>:-Wconversion;-Wno-sign-conversion;$<$<BOOL:${SCALEMARK_WERROR}>:-Werror>>
            # Takes a source that another one includes for a header.
            $<$<AND:$<COMPILE_LANG_AND_ID:CXX,GNU>,$<BOOL:${SCALEMARK_UNITY}>>:-Wno-subobject-linkage>
            $<$<AND:$<COMPILE_LANGUAGE:CUDA>,$<BOOL:${SCALEMARK_WERROR}>>:SHELL:-Werror all-warnings>)

# One precompiled header for all targets with LibTorch: that of its operators with autograd. It takes 26 s to read once and
# 2 to load. Targets that pass tensors alone need it too: compiled with the header of the tensor alone, they took 40 % longer.
# What a file needs beyond that it includes itself.
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
  scalemark_precompile(scalemark_torch_header torch/types.h)
endif()

# scalemark_use_torch(<target>): links LibTorch and reuses its precompiled header.
function(scalemark_use_torch target)
  if(CMAKE_CXX_COMPILER_LAUNCHER)
    target_compile_options(${target} PRIVATE $<$<COMPILE_LANGUAGE:CXX>:-fpch-preprocess>) # what ccache needs to see through it
  endif()
  target_link_libraries(${target} PUBLIC ${SCALEMARK_LIBTORCH})
  target_precompile_headers(${target} REUSE_FROM scalemark_torch_header)
endfunction()

# COLD targets run for milliseconds in a job: the time that the compiler takes for them weighs more than theirs. (Not with
# LibTorch: its precompiled header fits one optimisation only.)
function(scalemark_cold target)
  target_compile_options(${target} PRIVATE $<$<CONFIG:Release>:-O1>)
endfunction()

# scalemark_library(<folder> [COLD] [TORCH] SOURCES ... [DEPENDS ...]): the library scalemark_<folder> of src/<folder>.
function(scalemark_library folder)
  cmake_parse_arguments(ARG "COLD;TORCH" "" "SOURCES;DEPENDS" ${ARGN})
  set(target scalemark_${folder})
  add_library(${target} STATIC ${ARG_SOURCES})
  target_include_directories(${target} PUBLIC ${PROJECT_SOURCE_DIR}/src)
  target_link_libraries(${target} PUBLIC ${ARG_DEPENDS} PRIVATE scalemark_warnings)
  if(ARG_COLD)
    scalemark_cold(${target})
  endif()
  if(ARG_TORCH)
    scalemark_use_torch(${target})
  endif()
endfunction()

# scalemark_program(<name> [COLD] [TORCH] SOURCES ... DEPENDS ...): a program at <build>/bin.
function(scalemark_program name)
  cmake_parse_arguments(ARG "COLD;TORCH" "" "SOURCES;DEPENDS" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE ${ARG_DEPENDS} scalemark_warnings)
  if(ARG_COLD)
    scalemark_cold(${name})
  endif()
  if(ARG_TORCH)
    scalemark_use_torch(${name})
  endif()
endfunction()

