# Run at build time: writes version.cpp only when the commit changed, so that nothing else is rebuilt.
execute_process(
  COMMAND git -C ${SOURCE_DIR} describe --always --dirty --abbrev=40 --exclude=*
  OUTPUT_VARIABLE SCALEMARK_GIT_COMMIT
  OUTPUT_STRIP_TRAILING_WHITESPACE
  ERROR_QUIET)
if(NOT SCALEMARK_GIT_COMMIT)
  set(SCALEMARK_GIT_COMMIT "unknown")
endif()
configure_file(${SOURCE_DIR}/src/core/version.cpp.in ${OUTPUT} @ONLY)
