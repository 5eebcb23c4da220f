#include "core/failure.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <new>
#include <stdexcept>
#include <string>
#include <system_error>
#include <vector>

namespace scalemark {
namespace {

template <class Exception>
Failure failure_by(const Exception& exception) {
  return failure_of(std::make_exception_ptr(exception));
}

TEST(Failure, OfAnErrorIsWhatItSays) {
  const Failure regression = failure_by(Error(ExitCode::kRegression, "slower"));
  EXPECT_EQ(regression.exit_code, ExitCode::kRegression);
  EXPECT_EQ(regression.message, "slower");
  const Failure input = failure_by(InputError("a.yaml:1:1: no\nb.yaml:1:1: no"));
  EXPECT_EQ(input.exit_code, ExitCode::kInput);
  EXPECT_EQ(input.message, "a.yaml:1:1: no\nb.yaml:1:1: no");
}

TEST(Failure, OfTheOperatingSystemIsInput) {
  const auto full = std::make_error_code(std::errc::no_space_on_device);
  const Failure failure = failure_by(std::filesystem::filesystem_error("cannot write", "/scratch/a.h5", full));
  EXPECT_EQ(failure.exit_code, ExitCode::kInput);
  EXPECT_NE(failure.message.find("/scratch/a.h5"), std::string::npos);
}

TEST(Failure, NobodyForesawIsOneLineAndExitCode4) {
  const std::vector<Failure> failures{failure_by(std::bad_alloc()), failure_by(std::logic_error("broken\nat line 7")),
                                      failure_by(std::out_of_range("map::at")), failure_by(42)};
  for (const Failure& failure : failures) {
    EXPECT_EQ(static_cast<int>(failure.exit_code), 4) << failure.message;
    EXPECT_FALSE(failure.message.empty());
    EXPECT_EQ(failure.message.find('\n'), std::string::npos) << failure.message;
  }
  EXPECT_NE(failures[2].message.find("map::at"), std::string::npos);
}

}  // namespace
}  // namespace scalemark
