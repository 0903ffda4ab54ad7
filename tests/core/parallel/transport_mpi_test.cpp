#include <gtest/gtest.h>

#include "tarn/core/parallel/transport.hpp"
#include "tarn/core/space.hpp"
#include "tarn/tests/support/runtime.hpp"

namespace tarn {
namespace {

const Communicator& ranks() {
  return test::runtime().communicator();
}

TEST(TransportBetweenRanks, IsTheSameChoiceOnAllRanks) {
  const auto choice = static_cast<std::int64_t>(choose_transport(ranks()).kind());

  EXPECT_EQ(ranks().min(choice), ranks().max(choice));
}

TEST(TransportBetweenRanks, IsMpiOnTheFieldsWhereTheDeviceIsTheHost) {
  if (!std::is_same_v<Space, Host>) GTEST_SKIP() << "the device of this build is not the host";

  EXPECT_EQ(choose_transport(ranks()).kind(), Transport::Kind::device_mpi);
  EXPECT_TRUE(device_mpi_works(ranks()));
}

TEST(TransportBetweenRanks, LeavesMpiItsErrorHandler) {
  MPI_Errhandler before = MPI_ERRHANDLER_NULL, after = MPI_ERRHANDLER_NULL;
  MPI_Comm_get_errhandler(ranks().handle(), &before);

  choose_transport(ranks());
  if (std::is_same_v<Space, Host>) device_mpi_works(ranks());

  MPI_Comm_get_errhandler(ranks().handle(), &after);
  EXPECT_EQ(before, after);
  MPI_Errhandler_free(&before);
  MPI_Errhandler_free(&after);
}

TEST(TransportBetweenRanks, SaysWhichMemoryIsMeant) {
  EXPECT_NE(Transport(Transport::Kind::device_mpi).description(), Transport(Transport::Kind::staged_mpi).description());
}

}  // namespace
}  // namespace tarn
