#include <atomic>
#include <chrono>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tarn/io/error.hpp"
#include "tarn/io/snapshot/background_writer.hpp"
#include "tarn/io/snapshot/snapshot.hpp"
#include "tarn/tests/io/snapshot/sample.hpp"
#include "tarn/tests/io/store/scratch.hpp"

namespace tarn::io {
namespace {

using test::sample_grid;
using test::sample_info;
using test::sample_values;
using test::Scratch;
using test::text_of;

const Communicator& ranks() {
  return tarn::test::runtime().communicator();
}

bool threads() {
  return tarn::test::runtime().thread_support() >= MPI_THREAD_MULTIPLE;
}

/// Five snapshots through a writer whose buffers are filled anew for each.
void write_series(const RunDirectory& run, bool threaded) {
  const GridBlock grid = sample_grid(2, {97, 41, 1});
  std::array<std::vector<double>, BackgroundWriter::slots> buffers;
  BackgroundWriter writer(ranks(), threaded);
  for (int step = 0; step < 5; ++step) {
    auto& buffer = buffers[static_cast<std::size_t>(writer.next_slot())];
    buffer = sample_values<double>(grid);
    for (auto& value : buffer)
      value += step;
    writer.submit([&run, &buffer, grid, step](const Communicator& own) {
      write_snapshot(own, run, "out/" + std::to_string(step) + ".h5", sample_info(step), grid,
                     {{"u", "K", buffer.data()}});
    });
  }
  writer.finish();
  EXPECT_EQ(writer.report().jobs, 5);
}

TEST(BackgroundWriting, LeavesTheSameBitsAsWritingAtOnce) {
  if (!threads()) GTEST_SKIP() << "this MPI gives no MPI_THREAD_MULTIPLE";
  const Scratch scratch;
  const auto beside = RunDirectory::create_at(ranks(), scratch.path() / "beside");
  const auto at_once = RunDirectory::create_at(ranks(), scratch.path() / "at_once");

  write_series(beside, true);
  write_series(at_once, false);

  ranks().barrier();
  for (int step = 0; step < 5; ++step) {
    const std::string name = "out/" + std::to_string(step) + ".h5";
    EXPECT_EQ(text_of(beside.path() / name), text_of(at_once.path() / name));
    EXPECT_FALSE(text_of(beside.path() / name).empty());
  }
}

TEST(BackgroundWriting, WaitsOnlyWhenBothBuffersAreBusyAndCountsIt) {
  if (!threads()) GTEST_SKIP() << "this MPI gives no MPI_THREAD_MULTIPLE";
  std::atomic<bool> open = false;
  BackgroundWriter writer(ranks(), true);
  const auto job = [&](const Communicator&) {
    while (!open)
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
  };

  EXPECT_EQ(writer.next_slot(), 0);
  writer.submit(job);
  EXPECT_EQ(writer.next_slot(), 1);
  writer.submit(job);
  EXPECT_EQ(writer.report().stalls, 0);
  std::thread opener([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    open = true;
  });
  EXPECT_EQ(writer.next_slot(), 0);
  opener.join();
  writer.submit(job);
  writer.finish();

  EXPECT_EQ(writer.report().stalls, 1);
  EXPECT_GE(writer.report().stall_seconds, 0.01);
}

TEST(BackgroundWriting, ThrowsOnEveryRankWhatAJobThrewAndRunsNoneBehindIt) {
  for (const bool threaded : {false, true}) {
    if (threaded && !threads()) continue;
    std::atomic<int> behind = 0;
    BackgroundWriter writer(ranks(), threaded);
    const auto use = [&] {
      writer.next_slot();
      writer.submit([](const Communicator&) { throw NoSpace("/disk/a.h5", "is full"); });
      writer.next_slot();
      writer.submit([&](const Communicator&) { ++behind; });
      writer.finish();
    };

    EXPECT_THROW(use(), NoSpace);
    EXPECT_EQ(behind, 0);
  }
}

TEST(BackgroundWriting, IsFinishedWhenItsOwnerEndsByAnError) {
  if (!threads()) GTEST_SKIP() << "this MPI gives no MPI_THREAD_MULTIPLE";
  std::atomic<int> done = 0;
  try {
    BackgroundWriter writer(ranks(), true);
    writer.next_slot();
    writer.submit([&](const Communicator& own) {
      own.barrier();
      ++done;
    });
    throw NumericsError("u is NaN");
  } catch (const NumericsError&) {
  }

  EXPECT_EQ(done, 1);
}

}  // namespace
}  // namespace tarn::io
