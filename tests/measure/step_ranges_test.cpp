#include "measure/step_ranges.h"

#include <dlfcn.h>
#include <gtest/gtest.h>

#include <cstdlib>

namespace scalemark::measure {
namespace {

void two_steps(StepObserver& observer) {
  for (int step = 0; step < 2; ++step) {
    observer.begin_step();
    observer.begin(Phase::kForward);
    observer.end(Phase::kForward);
    observer.begin(Phase::kBackward);
    observer.bucket_ready(0);
    observer.bucket_ready(1);
    observer.end(Phase::kBackward);
    observer.end_step();
  }
}

TEST(StepRanges, AProfilerHearsStepsPhasesAndBuckets) {
  const char* listener = std::getenv("NVTX_INJECTION64_PATH");
  if (listener == nullptr) GTEST_SKIP() << "this build has no NVTX";
  void* library = dlopen(listener, RTLD_NOW);
  ASSERT_NE(library, nullptr) << dlerror();
  two_steps(*make_step_ranges());
  const auto heard_ranges = reinterpret_cast<const char* (*)()>(dlsym(library, "heard_ranges"));
  ASSERT_NE(heard_ranges, nullptr) << dlerror();
  EXPECT_STREQ(heard_ranges(),
               "(step 0(forward)(backward[bucket 0][bucket 1]))"
               "(step 1(forward)(backward[bucket 0][bucket 1]))");
}

}  // namespace
}  // namespace scalemark::measure
