// A library that Python loads: it lends an array of tarn's to NumPy and borrows one of NumPy's, by DLPack.
#include "tarn/core/memory/dlpack.hpp"

#include <memory>

#include "tarn/core/runtime.hpp"
#include "tarn/ops/ops.hpp"

namespace {

using namespace tarn::ops;  // of arrays: operators

std::unique_ptr<tarn::Runtime> runtime;
tarn::Field<double, 2> lent;

}  // namespace

extern "C" {

void start() {
  static int argc = 0;
  static char** argv = nullptr;
  runtime = std::make_unique<tarn::Runtime>(argc, argv);
}

tarn::dlpack::ManagedTensor* lend() {
  lent = runtime->array<double>("lent", 3, 4);
  tarn::ops::assign(lent, tarn::ops::row(tarn::ops::iota(4)) + 10.0);
  return tarn::to_dlpack(lent);
}

double sum_of_lent() {
  return tarn::ops::sum(lent);
}

// What NumPy lends: doubled in its own memory.
double borrow(tarn::dlpack::ManagedTensor* tensor) {
  const auto array = tarn::from_dlpack<double, 2, Kokkos::HostSpace>(tensor);
  tarn::ops::assign(array, 2.0 * array);
  return tarn::ops::sum(array);
}

void stop() {
  lent = {};
  runtime.reset();
}
}
