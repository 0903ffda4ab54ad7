#include <gtest/gtest.h>

#include "tarn/io/error.hpp"
#include "tarn/io/store/agree.hpp"
#include "tarn/tests/support/runtime.hpp"

namespace tarn::io {
namespace {

const Communicator& ranks() {
  return tarn::test::runtime().communicator();
}

TEST(Agreement, ThrowsTheTypeOfTheLowestRankThatFailedOnEveryRank) {
  const auto last = ranks().size() - 1;
  const auto fail_on_last = [&] {
    agree(ranks(), [&] {
      if (ranks().rank() == last) throw Corrupt("/data/x.h5", "/u is damaged", 5);
    });
  };

  try {
    fail_on_last();
    ADD_FAILURE() << "nothing was thrown";
  } catch (const Corrupt& error) {
    EXPECT_STREQ(error.what(), "/data/x.h5: /u is damaged");
    EXPECT_EQ(error.code(), 5);
  }
  EXPECT_THROW(agree_on_root(ranks(), [] { throw UsageError("no"); }), UsageError);
  EXPECT_THROW(agree_on_root(ranks(), [] { throw std::runtime_error("other"); }), Error);
  agree(ranks(), [] {});
}

}  // namespace
}  // namespace tarn::io
