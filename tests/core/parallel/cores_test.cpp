#include "tarn/core/parallel/cores.hpp"

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <thread>

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace tarn {
namespace {

/// A made-up description of processors.
class CountCores : public ::testing::Test {
 protected:
  void SetUp() override { folder_ = std::filesystem::temp_directory_path() / fmt::format("tarn-cores-{}", getpid()); }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  void describe(int processor, const std::string& threads) const {
    const auto place = folder_ / fmt::format("cpu{}", processor) / "topology";
    std::filesystem::create_directories(place);
    std::ofstream(place / "thread_siblings_list") << threads << '\n';
  }

  std::filesystem::path folder_;
};

TEST_F(CountCores, CountsTheThreadsOfACoreOnce) {
  for (const int processor : {0, 2})
    describe(processor, "0,2");
  for (const int processor : {1, 3})
    describe(processor, "1,3");

  EXPECT_EQ(count_cores({0, 1, 2, 3}, folder_), 2);
  EXPECT_EQ(count_cores({0, 2}, folder_), 1);
  EXPECT_EQ(count_cores({0, 3}, folder_), 2);
}

TEST_F(CountCores, TakesProcessorsThatAreNotDescribedForCores) {
  EXPECT_EQ(count_cores({0, 1, 2}, folder_), 3);
}

TEST_F(CountCores, FindsThoseOfThisMachine) {
  EXPECT_GE(cores_here(), 1);
  EXPECT_LE(cores_here(), static_cast<int>(std::thread::hardware_concurrency()));
}

}  // namespace
}  // namespace tarn
