#include "tarn/core/memory/wrap.hpp"

#include <array>
#include <cstdint>
#include <type_traits>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tarn/core/error.hpp"
#include "tarn/core/memory/dlpack.hpp"
#include "tarn/tests/support/runtime.hpp"

namespace tarn {
namespace {

using test::runtime;
using testing::HasSubstr;

TEST(Wrap, SeesTheMemoryBehindAPointer) {
  std::vector<double> numbers{0, 1, 2, 3, 4, 5};

  const auto array = wrap_host(numbers.data(), 2, 3);
  array(1, 2) = 50;

  static_assert(std::is_same_v<std::remove_const_t<decltype(array)>, HostField<double, 2>>);
  EXPECT_EQ(array(1, 0), 3);
  EXPECT_EQ(numbers[5], 50);
  EXPECT_EQ(array.use_count(), 0);
}

TEST(Wrap, SeesDeviceMemory) {
  const auto owner = runtime().array<float>("owner", 12);

  const auto array = wrap(owner.data(), 3, 4);

  EXPECT_EQ(array.data(), owner.data());
  EXPECT_EQ(array.extent(1), 4u);
}

TEST(Wrap, RefusesWhatIsNoArray) {
  double one = 0;
  EXPECT_THROW(wrap_host(&one, 2, -1), Error);
  EXPECT_THROW(wrap_host(&one, 1LL << 40, 1LL << 40), Error);
  EXPECT_THROW(wrap_host(static_cast<double*>(nullptr), 2), Error);
  EXPECT_EQ(wrap_host(static_cast<double*>(nullptr), 2, 0).size(), 0u);
}

/// As little of an mdspan as wrap() needs, of any strides.
struct Strided {
  using element_type = const int;
  static constexpr std::size_t rank() { return 2; }
  const int* data_handle() const { return data; }
  std::size_t extent(std::size_t axis) const { return extents[axis]; }
  std::size_t stride(std::size_t axis) const { return strides[axis]; }

  const int* data;
  std::array<std::size_t, 2> extents, strides;
};

TEST(Wrap, SeesTheElementsOfAnMdspan) {
  const int numbers[6] = {0, 1, 2, 3, 4, 5};

  const auto array = wrap<Kokkos::HostSpace>(Strided{numbers, {2, 3}, {1, 2}});

  EXPECT_EQ(array.extent(0), 2u);
  EXPECT_EQ(array(0, 1), 2);
  EXPECT_EQ(array(1, 2), 5);
}

#ifdef __cpp_lib_mdspan
TEST(Wrap, ShowsAViewAsAnMdspan) {
  const Kokkos::View<int**, Kokkos::LayoutLeft, Kokkos::HostSpace> view("view", 2, 3);
  view(1, 2) = 7;

  const auto array = to_mdspan(view);

  EXPECT_EQ(array.extent(1), 3u);
  EXPECT_EQ(array.stride(1), 2u);
  EXPECT_EQ(array.data_handle()[array.mapping()(1, 2)], 7);
  EXPECT_EQ(wrap<Kokkos::HostSpace>(array)(1, 2), 7);
}
#endif

TEST(DLPack, LaysItsStructuresOutAsTheInterfaceDoes) {
  EXPECT_EQ(sizeof(dlpack::Tensor), 48u);
  EXPECT_EQ(offsetof(dlpack::Tensor, device), 8u);
  EXPECT_EQ(offsetof(dlpack::Tensor, rank), 16u);
  EXPECT_EQ(offsetof(dlpack::Tensor, type), 20u);
  EXPECT_EQ(offsetof(dlpack::Tensor, extents), 24u);
  EXPECT_EQ(offsetof(dlpack::Tensor, byte_offset), 40u);
  EXPECT_EQ(offsetof(dlpack::ManagedTensor, deleter), 56u);
  EXPECT_EQ(dlpack::type_of<std::uint8_t>(), (dlpack::DataType{1, 8, 1}));
  EXPECT_EQ(dlpack::type_of<Kokkos::complex<double>>(), (dlpack::DataType{5, 128, 1}));
  EXPECT_EQ(dlpack::type_of<bool>(), (dlpack::DataType{6, 8, 1}));
}

TEST(DLPack, KeepsAViewAliveUntilItIsDeleted) {
  auto view = runtime().array<std::int64_t>("shared", 3, 5);
  const auto blocks = runtime().pool().statistics().blocks_in_use;
  auto* const place = view.data();

  auto* const managed = to_dlpack(view);
  view = {};
  const auto held = runtime().pool().statistics().blocks_in_use;

  EXPECT_EQ(held, blocks);
  EXPECT_EQ(managed->tensor.data, place);
  EXPECT_EQ(managed->tensor.rank, 2);
  EXPECT_EQ(managed->tensor.extents[1], 5);
  EXPECT_EQ(managed->tensor.strides[0], 5);
  EXPECT_EQ(managed->tensor.type, (dlpack::DataType{0, 64, 1}));

  managed->deleter(managed);
  EXPECT_EQ(runtime().pool().statistics().blocks_in_use, blocks - 1);
}

TEST(DLPack, ComesBackAsAViewThatOwnsTheTensor) {
  const auto blocks = runtime().pool().statistics().blocks_in_use;
  {
    const auto original = runtime().array<double>("original", 4, 6);
    const auto block = Kokkos::subview(original, Kokkos::make_pair(1, 3), Kokkos::make_pair(2, 6));
    auto* const managed = to_dlpack(block);

    const auto back = from_dlpack<double, 2>(managed);
    const auto copy = back;

    EXPECT_EQ(back.data(), block.data());
    EXPECT_EQ(copy.extent(0), 2u);
    EXPECT_EQ(copy.extent(1), 4u);
    EXPECT_EQ(copy.stride(0), 6u);
    EXPECT_EQ(original.use_count(), 3);  // original, block, and the one that the tensor keeps
  }
  EXPECT_EQ(runtime().pool().statistics().blocks_in_use, blocks);
}

/// A tensor as another library would make it, and how often it was deleted.
struct Foreign {
  static void count_deletion(dlpack::ManagedTensor* tensor) { ++static_cast<Foreign*>(tensor->owner)->deleted; }

  float numbers[6] = {0, 1, 2, 3, 4, 5};
  std::int64_t extents[2] = {2, 2};
  int deleted = 0;
  dlpack::ManagedTensor managed{
      {numbers, {dlpack::cpu, 0}, 2, {dlpack::floating, 32, 1}, extents, nullptr, 8}, this, &count_deletion};
};

TEST(DLPack, TakesTensorsWithoutStridesAndWithAnOffset) {
  Foreign foreign;
  {
    const auto view = from_dlpack<float, 2, Kokkos::HostSpace>(&foreign.managed);

    EXPECT_EQ(view(0, 0), 2);
    EXPECT_EQ(view(1, 1), 5);
    EXPECT_EQ(foreign.deleted, 0);
  }
  EXPECT_EQ(foreign.deleted, 1);
}

template <class T, int Rank>
void expect_refused(Foreign& foreign, const char* what) {
  try {
    from_dlpack<T, Rank, Kokkos::HostSpace>(&foreign.managed);
    ADD_FAILURE() << "nothing was thrown: " << what;
  } catch (const DataError& error) {
    EXPECT_THAT(error.what(), HasSubstr(what));
  }
  EXPECT_EQ(foreign.deleted, 0);
}

TEST(DLPack, RefusesWhatDoesNotFitAndLeavesItToTheCaller) {
  Foreign foreign;
  expect_refused<double, 2>(foreign, "elements of type 2 with 32 bits in 1 lanes; wanted are 2 with 64 bits");
  expect_refused<float, 3>(foreign, "it has 2 axes, wanted are 3");

  Foreign elsewhere;
  elsewhere.managed.tensor.device = {7, 1};
  expect_refused<float, 2>(elsewhere, "on device 1 of kind 7");

  Foreign backwards;
  std::int64_t strides[2] = {2, -1};
  backwards.managed.tensor.strides = strides;
  expect_refused<float, 2>(backwards, "axis 1 has extent 2 and stride -1");

  Foreign crooked;
  crooked.managed.tensor.byte_offset = 2;
  expect_refused<float, 2>(crooked, "not aligned");
}

}  // namespace
}  // namespace tarn
