#include "mpi/mpi_check.h"

#include <fmt/format.h>

#include <array>
#include <string_view>

#include "core/error.h"

namespace scalemark::mpi {

void throw_mpi_error(int code, const char* call, const char* file, int line) {
  std::array<char, MPI_MAX_ERROR_STRING> text{};
  int length = 0;
  if (MPI_Error_string(code, text.data(), &length) != MPI_SUCCESS) length = 0;
  const std::string_view reason =
      length > 0 ? std::string_view(text.data(), static_cast<std::size_t>(length)) : "an error code unknown to MPI";
  throw LaunchError(fmt::format("{}:{}: {} failed: {} (code {})", file, line, call, reason, code));
}

}  // namespace scalemark::mpi
