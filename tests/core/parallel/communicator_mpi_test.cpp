#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tarn/core/error.hpp"
#include "tarn/core/parallel/communicator.hpp"
#include "tarn/tests/support/runtime.hpp"

namespace tarn {
namespace {

const Communicator& ranks() {
  return test::runtime().communicator();
}

/// What all ranks throw when the last one alone does.
template <class Thrown>
void expect_thrown_by_all(const std::string& message) {
  const auto agree = [&] {
    ranks().agree([&] {
      if (ranks().rank() == ranks().size() - 1) throw Thrown(message);
    });
  };
  EXPECT_THAT(agree, testing::ThrowsMessage<Thrown>(message));
}

TEST(RanksThatAgree, ThrowTheClassThatOneOfThemThrew) {
  expect_thrown_by_all<NumericsError>("cell (0, 6) is no number");
  expect_thrown_by_all<UsageError>("the deck has no end");
  expect_thrown_by_all<DataError>("the file is short");
  expect_thrown_by_all<Error>("something else");
}

}  // namespace
}  // namespace tarn
