#include <gtest/gtest.h>

#include "tarn/core/parallel/node_ranks.hpp"
#include "tarn/tests/support/runtime.hpp"

namespace tarn {
namespace {

TEST(RanksOfAName, AreThoseThatGiveIt) {
  const Communicator& ranks = test::runtime().communicator();
  const bool is_last = ranks.rank() == ranks.size() - 1;  // of an odd number it is alone with its GPU
  const int of_two = is_last && ranks.size() % 2 == 1 ? 1 : 2;

  EXPECT_EQ(ranks_of_name(ranks, ""), ranks.size());
  EXPECT_EQ(ranks_of_name(ranks, "GPU of all"), ranks.size());
  EXPECT_EQ(ranks_of_name(ranks, std::to_string(ranks.rank())), 1);
  EXPECT_EQ(ranks_of_name(ranks, std::to_string(ranks.rank() / 2)), of_two);
}

TEST(RanksOfAMemory, AreAllOfAHost) {
  if (detail::space_is_gpu) GTEST_SKIP() << "this build is for GPUs";
  const Communicator& ranks = test::runtime().communicator();

  EXPECT_EQ(ranks_of_memory(ranks), ranks.size());
}

}  // namespace
}  // namespace tarn
