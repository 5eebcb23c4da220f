#include "core/failure.h"

#include <new>
#include <system_error>

namespace scalemark {
namespace {

std::string internal_error(std::string_view what) {
  return "internal error, please report it together with the command: " + first_line(what);
}

}  // namespace

std::string first_line(std::string_view text) { return std::string(text.substr(0, text.find('\n'))); }

Failure failure_of(const std::exception_ptr& exception) {
  try {
    std::rethrow_exception(exception);
  } catch (const Error& error) {
    return {error.exit_code(), error.what()};
  } catch (const std::system_error& error) {
    return {ExitCode::kInput, first_line(error.what())};
  } catch (const std::bad_alloc&) {
    return {ExitCode::kLaunch, "the host's memory is exhausted"};
  } catch (const std::exception& error) {
    return {ExitCode::kLaunch, internal_error(error.what())};
  } catch (...) {
    return {ExitCode::kLaunch, internal_error("an exception of an unknown type")};
  }
}

}  // namespace scalemark
