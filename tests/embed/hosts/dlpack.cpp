// A library that Python loads: it lends an array of tarn's to NumPy and borrows one of NumPy's, by DLPack.
#include "tarn/core/memory/dlpack.hpp"

#include "lender.hpp"

namespace {

using namespace tarn::ops;  // of arrays: operators

Lender lender;

}  // namespace

extern "C" {

void start() {
  lender.start();
}

tarn::dlpack::ManagedTensor* lend() {
  lender.fill();
  return tarn::to_dlpack(lender.lent);
}

double sum_of_lent() {
  return lender.sum_of_lent();
}

// What NumPy lends: doubled in its own memory.
double borrow(tarn::dlpack::ManagedTensor* tensor) {
  const auto array = tarn::from_dlpack<double, 2, Kokkos::HostSpace>(tensor);
  tarn::ops::assign(array, 2.0 * array);
  return tarn::ops::sum(array);
}

void stop() {
  lender.stop();
}
}
