// The main function of every test program: starts MPI and Kokkos, and fails on every rank if one rank failed.
#include <iostream>

#include <gtest/gtest.h>

#include "tarn/tests/support/runtime.hpp"

namespace {
tarn::Runtime* running = nullptr;
}  // namespace

namespace tarn::test {
const Runtime& runtime() {
  return *running;
}
}  // namespace tarn::test

int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  tarn::Runtime runtime(argc, argv);
  running = &runtime;

  const auto& ranks = runtime.communicator();
  auto& listeners = testing::UnitTest::GetInstance()->listeners();
  if (!ranks.is_root()) delete listeners.Release(listeners.default_result_printer());
  class PrintFailures : public testing::EmptyTestEventListener {
    void OnTestPartResult(const testing::TestPartResult& result) override {
      if (!result.failed()) return;
      std::cerr << "rank " << tarn::test::runtime().communicator().rank() << ": " << result.file_name() << ":"
                << result.line_number() << ": " << result.message() << std::endl;
    }
  };
  if (!ranks.is_root()) listeners.Append(new PrintFailures);  // the listeners own it

  const int failed = RUN_ALL_TESTS();
  return ranks.max(std::int64_t{failed}) != 0 ? 1 : 0;
}
