#include <gtest/gtest.h>

#include "tarn/core/parallel/node_ranks.hpp"
#include "tarn/tests/support/runtime.hpp"

namespace tarn {
namespace {

TEST(RanksOfANode, AreAllOfATest) {
  const Communicator& ranks = test::runtime().communicator();

  EXPECT_EQ(ranks_of_node(ranks), ranks.size());
}

}  // namespace
}  // namespace tarn
