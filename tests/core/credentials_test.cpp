#include "core/credentials.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>

namespace scalemark {
namespace {

std::string masked(const std::string& text) { return without_credentials(text, {"s3cr3t-of-mine"}); }

TEST(Credentials, AreToldByTheirNames) {
  for (const char* name : {"SLURM_JWT", "SLURM_REST_TOKEN", "SLURM_SPANK_KEY", "NCCL_AUTH_TOKEN",
                           "AWS_SECRET_ACCESS_KEY", "db_password", "Credentials"})
    EXPECT_TRUE(names_credential(name)) << name;
  for (const char* name : {"SLURM_CPUS_PER_TASK", "OMP_NUM_THREADS", "NCCL_DEBUG", "train.precision", ""})
    EXPECT_FALSE(names_credential(name)) << name;
}

TEST(Credentials, OfTheEnvironmentAreMaskedWhereverTheyStand) {
  ASSERT_EQ(setenv("SCALEMARK_TEST_TOKEN", "0123456789", 1), 0);
  ASSERT_EQ(setenv("SCALEMARK_TEST_KEY", "short", 1), 0);
  const auto known = credentials_in_environment();
  EXPECT_EQ(std::count(known.begin(), known.end(), "0123456789"), 1);
  EXPECT_EQ(std::count(known.begin(), known.end(), "short"), 0);
  EXPECT_EQ(without_credentials("--set description=x0123456789y", known), "--set description=x***y");
  unsetenv("SCALEMARK_TEST_TOKEN");
  unsetenv("SCALEMARK_TEST_KEY");
}

TEST(Credentials, OnACommandLineAreMasked) {
  EXPECT_EQ(masked("run a.yaml --set description=s3cr3t-of-mine --quiet"), "run a.yaml --set description=*** --quiet");
  EXPECT_EQ(masked("--set description=\"API_TOKEN=abc, DB_PASSWORD='d e'\""),
            "--set description=\"API_TOKEN=***, DB_PASSWORD='***'\"");
  EXPECT_EQ(masked("--set dataset.path=s3://me:hunter2@host/data"), "--set dataset.path=s3://***@host/data");
  EXPECT_EQ(masked("https://host/?access_key=AbC&n=1"), "https://host/?access_key=***&n=1");
  EXPECT_EQ(masked("--set description='AKIAIOSFODNN7EXAMPLE'"), "--set description='***'");
  EXPECT_EQ(masked("ghp_0123456789abcdefghijABCDEFGHIJ012345"), "***");
  EXPECT_EQ(masked("token=s3cr3t-of-mine"), "token=***");
}

TEST(Credentials, WhatIsNoneStaysAsItIs) {
  for (const char* text :
       {"", "=", "key=", "scalemark run a.yaml --set train.precision=bf16 --set sweep.gpus=[1,2]",
        "https://host/a@b and mail@host", "two passes: forward and backward", "hf_short AKIA", "--output out@host.h5"})
    EXPECT_EQ(masked(text), text);
}

}  // namespace
}  // namespace scalemark
