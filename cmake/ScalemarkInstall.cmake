# `cmake --install`: the tree of an installation, and the ground of scripts/install and scripts/bundle. Its parts find each other by
# relative places, so that the tree can be moved: bin holds starters (scripts/tree/starter) of the programs in libexec/scalemark.
# The component `torch`, a link to LibTorch where the build has it, is left out by the two scripts.

set(_libraries "\$ORIGIN/../../lib/scalemark")
if(SCALEMARK_BUILD_RUN)
  list(APPEND _libraries "\$ORIGIN/../../lib/scalemark/torch/lib")
  # Of a wheel, the CUDA libraries lie beside the torch folder.
  foreach(_library IN ITEMS "${LibTorch_CUDART_LIBRARY}" "${NCCL_LIBRARY}")
    if(_library)
      get_filename_component(_folder ${_library} DIRECTORY)
      file(RELATIVE_PATH _folder ${LibTorch_ROOT_DIR} ${_folder})
      if(_folder MATCHES "^\\.\\./nvidia/")
        list(APPEND _libraries "\$ORIGIN/../../lib/scalemark/torch/${_folder}")
      endif()
    endif()
  endforeach()
  install(
    CODE "set(_folder \"\$ENV{DESTDIR}\${CMAKE_INSTALL_PREFIX}/lib/scalemark\")
          file(MAKE_DIRECTORY \${_folder})
          file(CREATE_LINK \"${LibTorch_ROOT_DIR}\" \${_folder}/torch SYMBOLIC)"
    COMPONENT torch)
endif()

foreach(_program scalemark scalemark-run)
  if(TARGET ${_program})
    set_target_properties(${_program} PROPERTIES INSTALL_RPATH "${_libraries}")
    # As DT_RUNPATH: LD_LIBRARY_PATH, and with it SCALEMARK_TORCH, comes first.
    target_link_options(${_program} PRIVATE -Wl,--enable-new-dtags)
    install(TARGETS ${_program} RUNTIME DESTINATION libexec/scalemark COMPONENT scalemark)
    install(PROGRAMS scripts/tree/starter DESTINATION bin RENAME ${_program} COMPONENT scalemark)
  endif()
endforeach()
install(PROGRAMS scripts/tree/uninstall DESTINATION share/scalemark COMPONENT scalemark)
install(PROGRAMS scripts/export-model DESTINATION share/scalemark/scripts COMPONENT scalemark)
install(DIRECTORY configs docs DESTINATION share/scalemark COMPONENT scalemark)
install(DIRECTORY slurm DESTINATION share/scalemark USE_SOURCE_PERMISSIONS COMPONENT scalemark)
install(DIRECTORY results/published DESTINATION share/scalemark/results COMPONENT scalemark)
install(DIRECTORY packaging/reframe DESTINATION share/scalemark/packaging COMPONENT scalemark)
install(FILES packaging/modulefiles/scalemark DESTINATION share/modulefiles/scalemark RENAME ${PROJECT_VERSION} COMPONENT scalemark)
install(FILES README.md LICENSE DESTINATION share/scalemark COMPONENT scalemark)
