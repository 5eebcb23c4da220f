#include <gtest/gtest.h>

#include "config/config_files.h"

namespace scalemark::config {
namespace {

std::string path_from(const std::string& value, const std::map<std::string, std::string>& variables = {}) {
  return load("dataset.path: " + value + kRest, {}, variables).cases.at(0).dataset.path;
}

TEST(Variables, AreExpandedInValues) {
  EXPECT_EQ(path_from("${DATA}/x", {{"DATA", "/d"}}), "/d/x");
  EXPECT_EQ(path_from("\"${A}-${B}\"", {{"A", "1"}, {"B", "2"}}), "1-2");
  EXPECT_EQ(path_from("${DATA:-/fallback}"), "/fallback");
  EXPECT_EQ(path_from("${DATA:-/fallback}", {{"DATA", "/set"}}), "/set");
  EXPECT_EQ(path_from("${DATA:-/fallback}", {{"DATA", ""}}), "/fallback");
  EXPECT_EQ(path_from("${DATA:-}x"), "x");
  EXPECT_EQ(path_from("$DATA"), "$DATA");
}

TEST(Variables, AreExpandedOnce) { EXPECT_EQ(path_from("${A}", {{"A", "${B}"}, {"B", "no"}}), "${B}"); }

TEST(Variables, MayBeNumbersAndListItems) {
  const Experiment experiment = load(
      "name: n\nmeasure: {steps: \"${STEPS}\"}\nsweep: {batch_size: [\"${BATCH:-4}\", 5]}\n", {}, {{"STEPS", "6"}});
  EXPECT_EQ(experiment.cases.at(0).measure.steps, 6);
  EXPECT_EQ(experiment.cases.at(0).batch_per_gpu, 4);
}

TEST(Variables, AreExpandedInOverrides) {
  EXPECT_EQ(load("name: n\nsweep: {batch_size: [8]}\n", {"measure.steps=${S}"}, {{"S", "3"}}).cases[0].measure.steps,
            3);
}

TEST(Variables, StayAsTheyAreInTextsForPeople) {
  const Experiment experiment =
      load("name: n\ndescription: \"${SECRET:-} and ${\"\ncases: [{label: \"${SECRET}\", batch_size: 8}]\n",
           {"description=${SECRET}"}, {{"SECRET", "s3cr3t"}});
  EXPECT_EQ(experiment.description, "${SECRET}");
  EXPECT_EQ(experiment.cases.at(0).label, "${SECRET}");
  EXPECT_EQ(experiment.resolved_yaml.find("s3cr3t"), std::string::npos);
  EXPECT_EQ(load("description: \"${SECRET:-} and ${\"" + kRest, {}, {{"SECRET", "s3cr3t"}}).description,
            "${SECRET:-} and ${");
}

TEST(Variables, ThatAreUnsetOrMalformedAreFaults) {
  const auto fault = [](const std::string& value, const std::map<std::string, std::string>& variables = {}) {
    return faults_of("dataset.path: " + value + kRest, {}, variables);
  };
  EXPECT_EQ(
      fault("${A}/${B}"),
      (Lines{"c.yaml:1:15: dataset.path: the environment variable A is not set; set it, or write ${A:-default}",
             "c.yaml:1:15: dataset.path: the environment variable B is not set; set it, or write ${B:-default}"}));
  EXPECT_EQ(fault("${A"), Lines{"c.yaml:1:15: dataset.path: a ${ without its }; allowed: ${NAME} or ${NAME:-default}"});
  EXPECT_EQ(fault("${1A}"),
            Lines{"c.yaml:1:15: dataset.path: ${1A} names no variable; allowed: ${NAME} or ${NAME:-default}"});
  EXPECT_EQ(fault("${}"),
            Lines{"c.yaml:1:15: dataset.path: ${} names no variable; allowed: ${NAME} or ${NAME:-default}"});
  EXPECT_EQ(fault("${A}", {{"A", "\xff"}}),
            Lines{"c.yaml:1:15: dataset.path: the environment variable A holds no UTF-8 text"});
}

TEST(Variables, AValueIsTextAndNeverYaml) {
  EXPECT_EQ(faults_of("measure.steps: ${S}" + kRest, {}, {{"S", "[1, 2]"}}),
            Lines{"c.yaml:1:16: measure.steps: [1, 2] is not an integer; allowed: an integer from 1 to 1000000"});
}

}  // namespace
}  // namespace scalemark::config
