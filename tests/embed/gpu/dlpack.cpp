// A library that Python loads: it lends an array of the GPU to CuPy or PyTorch and borrows one of theirs, by DLPack.
#include "tarn/core/memory/dlpack.hpp"

#include <cstdint>
#include <cstdio>

#include "../hosts/lender.hpp"

namespace {

using namespace tarn::ops;  // of arrays: operators

Lender lender;
std::uintptr_t borrowed = 0;

}  // namespace

extern "C" {

void start() {
  lender.start();
}

// Done when it returns.
tarn::dlpack::ManagedTensor* lend() {
  lender.fill();
  lender.runtime->space().fence();
  return tarn::to_dlpack(lender.lent);
}

std::uintptr_t place_of_lent() {
  return reinterpret_cast<std::uintptr_t>(lender.lent.data());
}

double sum_of_lent() {
  return lender.sum_of_lent();
}

int device() {
  return tarn::dlpack::this_device().number;
}

// What Python lends: doubled in its own memory. The sum, or -1 where it is refused.
double borrow(tarn::dlpack::ManagedTensor* tensor) {
  try {
    const auto array = tarn::from_dlpack<double, 2>(tensor);
    borrowed = reinterpret_cast<std::uintptr_t>(array.data());
    assign(lender.runtime->space(), array, 2.0 * array);
    return sum(lender.runtime->space(), array);  // done: the tensor goes back
  } catch (const tarn::Error& error) {
    std::fprintf(stderr, "borrow: %s\n", error.what());
    return -1;
  }
}

std::uintptr_t place_of_borrowed() {
  return borrowed;
}

void stop() {
  lender.stop();
}
}
