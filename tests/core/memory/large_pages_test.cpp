#include "tarn/core/memory/large_pages.hpp"

#include <algorithm>
#include <cstdint>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tarn/core/grid/grid.hpp"

namespace tarn {
namespace {

/// What the system was told of the mapping that holds an address, as /proc/self/smaps has it: "hg" stands for large
/// pages. Empty where the system does not tell.
std::string flags_of_mapping(const void* address) {
  const auto wanted = reinterpret_cast<std::uintptr_t>(address);
  std::ifstream maps("/proc/self/smaps");
  bool here = false;
  for (std::string line; std::getline(maps, line);) {
    std::istringstream words(line);
    std::string first;
    words >> first;
    if (const auto dash = first.find('-'); dash != std::string::npos && first.back() != ':') {
      here = std::stoull(first.substr(0, dash), nullptr, 16) <= wanted &&
             wanted < std::stoull(first.substr(dash + 1), nullptr, 16);
    } else if (here && first == "VmFlags:") {
      return line.substr(first.size()) + " ";
    }
  }
  return "";
}

Grid cube(int n) {
  Domain domain;
  domain.dimensions = 3;
  domain.cells = {n, n, n};
  return {domain, Decomposition(domain.cells, domain.periodic, 1, 0), 1};
}

template <class View>
bool holds_zeros(const View& view) {
  const auto* const data = view.data();
  for (std::size_t n = 0; n < view.span(); ++n) {
    if (data[n] != 0) return false;
  }
  return true;
}

TEST(LargePages, AreWishedForTheFieldsOfALargeGrid) {
  if (detail::space_is_gpu) GTEST_SKIP() << "about memory of the host";
  if (!std::ifstream("/sys/kernel/mm/transparent_hugepage/enabled")) GTEST_SKIP() << "this system has no large pages";
  const auto field = cube(200).make_field<double>("field");  // 65 MB
  const auto fields = cube(100).make_fields<float>("fields", 3);
  const std::string flags = flags_of_mapping(field.data() + field.size() / 2);
  if (flags.empty()) GTEST_SKIP() << "this system does not tell of mappings";

  EXPECT_NE(flags.find(" hg "), std::string::npos) << flags;
  EXPECT_NE(flags_of_mapping(fields.data() + fields.size() / 2).find(" hg "), std::string::npos);
}

TEST(LargePages, FieldsAreZerosWithAllThatTheirRowsHaveBeyondTheCells) {
  for (const int n : {3, 30, 126}) {
    const auto field = Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace(), cube(n).make_field<double>("field"));
    const auto fields =
        Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace(), cube(n).make_fields<float>("fields", 2));

    EXPECT_TRUE(holds_zeros(field)) << n;
    EXPECT_TRUE(holds_zeros(fields)) << n;
  }
}

TEST(LargePages, AreWishedForMuchMemoryAloneAtAnyPlace) {
  const std::size_t bytes = 8 * large_pages_from;
  for (const std::size_t begin : {0, 1, 4095, 4096}) {
    std::vector<char> memory(bytes, 'x');
    char* const middle = memory.data() + bytes / 2;
    if (flags_of_mapping(middle).empty()) GTEST_SKIP() << "this system does not tell of mappings";

    wish_large_pages(middle + begin, large_pages_from - 1);
    EXPECT_EQ(flags_of_mapping(middle + large_pages_from / 2).find(" hg "), std::string::npos) << begin;
    wish_large_pages(middle + begin, large_pages_from);
    EXPECT_NE(flags_of_mapping(middle + large_pages_from / 2).find(" hg "), std::string::npos) << begin;
    EXPECT_EQ(std::count(memory.begin(), memory.end(), 'x'), static_cast<std::ptrdiff_t>(bytes));
  }
}

}  // namespace
}  // namespace tarn
