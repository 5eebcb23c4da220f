#include "optim/optimizer.h"

#include <ATen/Parallel.h>
#include <gtest/gtest.h>
#include <torch/types.h>

#include <limits>
#include <stdexcept>

#include "core/error.h"
#include "core/registered_names.h"

namespace scalemark::optim {
namespace {

using Tensors = std::vector<torch::Tensor>;

Tensors random_parameters(torch::ScalarType type) {
  torch::manual_seed(2);
  Tensors parameters{torch::randn({8, 3, 3, 3}), torch::randn({5})};
  for (torch::Tensor& parameter : parameters) {
    parameter = parameter.to(type).requires_grad_();
  }
  return parameters;
}

void take_steps(Optimizer& optimizer, Tensors& parameters, int first, int count) {
  for (int step = first; step < first + count; ++step) {
    torch::manual_seed(100 + static_cast<std::uint64_t>(step));
    for (torch::Tensor& parameter : parameters) {
      parameter.mutable_grad() = torch::randn_like(parameter.detach());
    }
    optimizer.step(0.1);
  }
}

Tensors copies(const Tensors& tensors) {
  Tensors copies;
  for (const torch::Tensor& tensor : tensors) {
    copies.push_back(tensor.detach().clone());
  }
  return copies;
}

void restore(Tensors tensors, const Tensors& saved) {
  const torch::NoGradGuard no_grad;
  ASSERT_EQ(tensors.size(), saved.size());
  for (std::size_t i = 0; i < tensors.size(); ++i) {
    tensors[i].copy_(saved[i]);
  }
}

void expect_equal(const Tensors& actual, const Tensors& expected) {
  ASSERT_EQ(actual.size(), expected.size());
  for (std::size_t i = 0; i < actual.size(); ++i) {
    EXPECT_TRUE(torch::equal(actual[i].detach(), expected[i])) << i;
  }
}

class EveryOptimizer : public testing::TestWithParam<std::tuple<std::string, torch::ScalarType>> {
 protected:
  std::unique_ptr<Optimizer> make(const Tensors& parameters) const {
    return make_optimizer({.name = std::get<0>(GetParam()), .momentum = 0.9, .weight_decay = 0.01}, parameters);
  }
};

TEST_P(EveryOptimizer, ContinuesFromASnapshotAsIfNothingHappened) {
  Tensors parameters = random_parameters(std::get<1>(GetParam()));
  const auto optimizer = make(parameters);
  take_steps(*optimizer, parameters, 0, 3);
  const Tensors saved_parameters = copies(parameters);
  const Tensors saved_state = copies(optimizer->state());
  take_steps(*optimizer, parameters, 3, 3);
  const Tensors expected = copies(parameters);

  restore(parameters, saved_parameters);
  restore(optimizer->state(), saved_state);
  take_steps(*optimizer, parameters, 3, 3);
  expect_equal(parameters, expected);
}

TEST_P(EveryOptimizer, StartsAnewFromASnapshotBeforeTheFirstStep) {
  Tensors parameters = random_parameters(std::get<1>(GetParam()));
  const auto optimizer = make(parameters);
  const Tensors saved_parameters = copies(parameters);
  const Tensors saved_state = copies(optimizer->state());
  take_steps(*optimizer, parameters, 0, 2);
  const Tensors expected = copies(parameters);

  restore(parameters, saved_parameters);
  restore(optimizer->state(), saved_state);
  take_steps(*optimizer, parameters, 0, 2);
  expect_equal(parameters, expected);
}

// What a captured graph does: the tensor is written to between two steps, as a schedule does it.
TEST_P(EveryOptimizer, TakesItsRateFromATensorWhenTheStepComes) {
  Tensors by_number = random_parameters(std::get<1>(GetParam()));
  Tensors by_tensor = random_parameters(std::get<1>(GetParam()));
  const auto number_optimizer = make(by_number);
  const auto tensor_optimizer = make(by_tensor);
  const torch::Tensor rate = torch::zeros({}, torch::kFloat);
  for (const double value : {0.5, 0.125}) {  // exact in every type
    for (std::size_t i = 0; i < by_number.size(); ++i) {
      by_number[i].mutable_grad() = torch::randn_like(by_number[i].detach());
      by_tensor[i].mutable_grad() = by_number[i].grad().clone();
    }
    rate.fill_(value);
    number_optimizer->step(value);
    tensor_optimizer->step(rate);
  }
  const double tolerance = std::get<1>(GetParam()) == torch::kBFloat16 ? 2e-2 : 1e-6;
  for (std::size_t i = 0; i < by_number.size(); ++i) {
    EXPECT_TRUE(torch::allclose(by_tensor[i].detach(), by_number[i].detach(), tolerance, tolerance)) << i;
  }
}

TEST_P(EveryOptimizer, UpdatesEachWeightByItsOwnGradientInMixedLayouts) {
  Tensors plain = random_parameters(std::get<1>(GetParam()));
  Tensors mixed{plain[0].detach().contiguous(torch::MemoryFormat::ChannelsLast).requires_grad_(),
                plain[1].detach().clone().requires_grad_()};
  const auto plain_optimizer = make(plain);
  const auto mixed_optimizer = make(mixed);
  for (int step = 0; step < 2; ++step) {
    take_steps(*plain_optimizer, plain, step, 1);
    for (std::size_t i = 0; i < plain.size(); ++i) {
      mixed[i].mutable_grad() = plain[i].grad().clone();
    }
    mixed_optimizer->step(0.1);
  }
  ASSERT_TRUE(mixed[0].is_contiguous(torch::MemoryFormat::ChannelsLast));
  // Vectorised and scalar ends of a kernel's loop may round the last bit differently.
  const double tolerance = std::get<1>(GetParam()) == torch::kBFloat16 ? 2e-2 : 1e-6;
  EXPECT_TRUE(torch::allclose(mixed[0].detach(), plain[0].detach(), tolerance, tolerance));
}

TEST_P(EveryOptimizer, ComputesInEveryPrecisionWhatItComputesInFp64) {
  const torch::ScalarType type = std::get<1>(GetParam());
  Tensors parameters = random_parameters(type);
  Tensors reference{parameters[0].detach().to(torch::kDouble).requires_grad_(),
                    parameters[1].detach().to(torch::kDouble).requires_grad_()};
  const auto optimizer = make(parameters);
  const auto reference_optimizer = make(reference);
  for (int step = 0; step < 3; ++step) {
    take_steps(*optimizer, parameters, step, 1);
    for (std::size_t i = 0; i < parameters.size(); ++i) {
      reference[i].mutable_grad() = parameters[i].grad().to(torch::kDouble);
    }
    reference_optimizer->step(0.1);
  }
  const double tolerance = type == torch::kBFloat16 ? 2e-2 : 1e-6;
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    const torch::Tensor difference = parameters[i].detach().to(torch::kDouble) - reference[i].detach();
    EXPECT_LT(difference.norm().item<double>(), tolerance * reference[i].detach().norm().item<double>()) << i;
  }
}

TEST_P(EveryOptimizer, LeavesEverythingAsItIsWhereGradientsAreNotFinite) {
  Tensors parameters = random_parameters(std::get<1>(GetParam()));
  const auto optimizer = make(parameters);
  take_steps(*optimizer, parameters, 0, 2);
  const Tensors expected = copies(parameters);
  const Tensors expected_state = copies(optimizer->state());

  parameters[1].mutable_grad()[0] = std::numeric_limits<float>::infinity();
  optimizer->step(0.1, torch::ones({}));
  expect_equal(parameters, expected);
  expect_equal(optimizer->state(), expected_state);

  parameters[1].mutable_grad()[0] = 1;
  optimizer->step(0.1, torch::zeros({}));
  EXPECT_FALSE(torch::equal(parameters[0].detach(), expected[0])) << "a finite step must be taken";
}

INSTANTIATE_TEST_SUITE_P(All, EveryOptimizer,
                         testing::Combine(testing::ValuesIn(std::vector<std::string>(kOptimizerNames.begin(),
                                                                                     kOptimizerNames.end())),
                                          testing::Values(torch::kDouble, torch::kFloat, torch::kBFloat16)));

// A CPU's threads share a large parameter: what each does must not depend on where its share begins.
TEST(Optimizer, UpdatesALargeParameterByThreadsAsItsPiecesByOne) {
  const int threads = at::get_num_threads();
  for (const std::string name : {"sgd", "sgd-nesterov", "adagrad", "adam"}) {
    torch::manual_seed(3);
    Tensors whole{torch::randn({200'003}).requires_grad_()};
    Tensors pieces;
    for (const auto& piece : whole[0].detach().split(20'001)) pieces.push_back(piece.clone().requires_grad_());
    const auto of_whole = make_optimizer({.name = name, .momentum = 0.9, .weight_decay = 0.01}, whole);
    const auto of_pieces = make_optimizer({.name = name, .momentum = 0.9, .weight_decay = 0.01}, pieces);
    for (int step = 0; step < 2; ++step) {
      whole[0].mutable_grad() = torch::randn({200'003});
      const auto gradients = whole[0].grad().split(20'001);
      for (std::size_t i = 0; i < pieces.size(); ++i) pieces[i].mutable_grad() = gradients[i].clone();
      at::set_num_threads(3);
      of_whole->step(0.1);
      at::set_num_threads(1);
      of_pieces->step(0.1);
    }
    at::set_num_threads(threads);
    EXPECT_TRUE(torch::allclose(whole[0].detach(), torch::cat(copies(pieces)), 1e-6, 1e-7)) << name;
  }
}

// What has no norm has no ratio of norms: it moves at the plain rate, and stays finite.
TEST(Lars, OfZerosHasThePlainRate) {
  Tensors parameters{torch::zeros({2, 2}).requires_grad_(), torch::ones({2, 2}).requires_grad_()};
  parameters[0].mutable_grad() = torch::ones({2, 2});
  parameters[1].mutable_grad() = torch::zeros({2, 2});
  make_optimizer({.name = "lars", .momentum = 0, .weight_decay = 0.5}, parameters)->step(0.1);
  EXPECT_TRUE(torch::allclose(parameters[0].detach(), torch::full({2, 2}, -0.1)));
  EXPECT_TRUE(torch::allclose(parameters[1].detach(), torch::full({2, 2}, 1 - 0.1 * 0.5)));
}

TEST(Optimizer, WithoutDecayOnVectorsContinuesFromASnapshot) {
  Tensors parameters = random_parameters(torch::kFloat);
  const auto optimizer = make_optimizer({.name = "adam", .weight_decay = 0.01, .decays_vectors = false}, parameters);
  take_steps(*optimizer, parameters, 0, 2);
  const Tensors saved_parameters = copies(parameters);
  const Tensors saved_state = copies(optimizer->state());
  take_steps(*optimizer, parameters, 2, 2);
  const Tensors expected = copies(parameters);
  restore(parameters, saved_parameters);
  restore(optimizer->state(), saved_state);
  take_steps(*optimizer, parameters, 2, 2);
  expect_equal(parameters, expected);
}

TEST(Optimizer, RefusesAParameterWithoutGradient) {
  Tensors parameters = random_parameters(torch::kFloat);
  parameters[0].mutable_grad() = torch::zeros_like(parameters[0]);
  EXPECT_THROW(make_optimizer({}, parameters)->step(0.1), std::logic_error);
}

TEST(Optimizer, RefusesAnUnknownNameAndNamesTheKnownOnes) {
  try {
    make_optimizer({.name = "sdg"}, {});
    FAIL() << "no error";
  } catch (const InputError& error) {
    EXPECT_NE(std::string(error.what()).find("sgd, sgd-nesterov, adagrad, adadelta, adam, adamw, lars"),
              std::string::npos)
        << error.what();
  }
}

TEST(Optimizer, RefusesNesterovWithoutMomentum) {
  EXPECT_THROW(make_optimizer({.name = "sgd-nesterov", .momentum = 0}, {}), InputError);
}

}  // namespace
}  // namespace scalemark::optim
