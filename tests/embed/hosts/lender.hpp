#pragma once

#include <memory>

#include "tarn/core/runtime.hpp"
#include "tarn/ops/ops.hpp"

/// What a library that Python loads keeps between calls: tarn itself, and the array that it lends.
struct Lender {
  std::unique_ptr<tarn::Runtime> runtime;
  tarn::Field<double, 2> lent;

  void start() {
    static int argc = 0;
    static char** argv = nullptr;
    runtime = std::make_unique<tarn::Runtime>(argc, argv);
  }

  /// Fills the array that is lent: 10, 11, 12, 13 in each of three rows. No fence.
  void fill() {
    using namespace tarn::ops;  // of arrays: operators
    lent = runtime->array<double>("lent", 3, 4);
    assign(runtime->space(), lent, row(iota(4)) + 10.0);
  }

  double sum_of_lent() const { return tarn::ops::sum(runtime->space(), lent); }

  void stop() {
    lent = {};
    runtime.reset();
  }
};
