#include <gtest/gtest.h>

#include "tarn/core/parallel/device_mpi.hpp"
#include "tarn/core/space.hpp"
#include "tarn/tests/support/runtime.hpp"

namespace tarn {
namespace {

const Communicator& ranks() {
  return test::runtime().communicator();
}

TEST(DeviceMpi, IsTheSameChoiceOnAllRanks) {
  const auto choice = static_cast<std::int64_t>(choose_mpi_buffers(ranks()));

  EXPECT_EQ(ranks().min(choice), ranks().max(choice));
}

TEST(DeviceMpi, IsUsedWhereTheDeviceIsTheHost) {
  if (!std::is_same_v<Space, Host>) GTEST_SKIP() << "the device of this build is not the host";

  EXPECT_EQ(choose_mpi_buffers(ranks()), MpiBuffers::device);
  EXPECT_TRUE(device_exchange_works(ranks()));
}

TEST(DeviceMpi, LeavesMpiItsErrorHandler) {
  MPI_Errhandler before = MPI_ERRHANDLER_NULL, after = MPI_ERRHANDLER_NULL;
  MPI_Comm_get_errhandler(ranks().handle(), &before);

  choose_mpi_buffers(ranks());
  if (std::is_same_v<Space, Host>) device_exchange_works(ranks());

  MPI_Comm_get_errhandler(ranks().handle(), &after);
  EXPECT_EQ(before, after);
  MPI_Errhandler_free(&before);
  MPI_Errhandler_free(&after);
}

TEST(DeviceMpi, SaysWhichMemoryIsMeant) {
  EXPECT_NE(describe(MpiBuffers::device), describe(MpiBuffers::staged));
}

}  // namespace
}  // namespace tarn
