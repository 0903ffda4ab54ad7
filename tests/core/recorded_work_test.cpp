#include "tarn/core/recorded_work.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tarn/core/error.hpp"

namespace tarn {
namespace {

struct AddOne {
  Field<int, 1> values;

  KOKKOS_FUNCTION void operator()(const int n) const { values(n) += 1; }
};

void add_one(const Space& space, const Field<int, 1>& values) {
  Kokkos::parallel_for("test::add_one", Kokkos::RangePolicy<Space, Kokkos::IndexType<int>>(space, 0, 1),
                       AddOne{values});
}

int first_of(const Space& space, const Field<int, 1>& values) {
  space.fence();
  return Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace(), values)(0);
}

TEST(RecordedWork, RunsEachTimeItIsReplayedAndNotWhenItIsRecorded) {
  const Space space;
  if (!RecordedWork::possible(space)) GTEST_SKIP() << "only with CUDA";
  const Field<int, 1> values("test::values", 1);
  add_one(space, values);
  RecordedWork work;

  work.record(space, [&] {
    for (int n = 0; n < 3; ++n)
      add_one(space, values);
  });

  EXPECT_EQ(first_of(space, values), 1);
  work.replay(space);
  work.replay(space);
  EXPECT_EQ(first_of(space, values), 7);
}

TEST(RecordedWork, LeavesTheInstanceFitForUseWhereRecordingFails) {
  const Space space;
  if (!RecordedWork::possible(space)) GTEST_SKIP() << "only with CUDA";
  const Field<int, 1> values("test::values", 1);
  add_one(space, values);
  RecordedWork work;

  EXPECT_THROW(work.record(space, [] { throw UsageError("no"); }), UsageError);

  add_one(space, values);
  EXPECT_EQ(first_of(space, values), 2);
}

TEST(RecordedWork, IsRefusedWhereItIsNotPossible) {
  const Space space;
  if (RecordedWork::possible(space)) GTEST_SKIP() << "only where there is no CUDA";
  int calls = 0;
  RecordedWork work;

  EXPECT_THAT([&] { work.record(space, [&] { ++calls; }); },
              testing::ThrowsMessage<Error>(testing::HasSubstr("not on this instance")));

  EXPECT_EQ(calls, 0);
  EXPECT_THAT([&] { work.replay(space); }, testing::ThrowsMessage<Error>(testing::HasSubstr("nothing was recorded")));
}

}  // namespace
}  // namespace tarn
