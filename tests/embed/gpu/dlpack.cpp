// A library that Python loads: it lends an array of the GPU to CuPy or PyTorch and borrows one of theirs, by DLPack.
#include "tarn/core/memory/dlpack.hpp"

#include <cstdint>
#include <cstdio>
#include <memory>

#include "tarn/core/runtime.hpp"
#include "tarn/ops/ops.hpp"

namespace {

using namespace tarn::ops;  // of arrays: operators

std::unique_ptr<tarn::Runtime> runtime;
tarn::Field<double, 2> lent;
std::uintptr_t borrowed = 0;

}  // namespace

extern "C" {

void start() {
  static int argc = 0;
  static char** argv = nullptr;
  runtime = std::make_unique<tarn::Runtime>(argc, argv);
}

// 10, 11, 12, 13 in each of three rows; done when it returns.
tarn::dlpack::ManagedTensor* lend() {
  lent = runtime->array<double>("lent", 3, 4);
  assign(runtime->space(), lent, row(iota(4)) + 10.0);
  runtime->space().fence();
  return tarn::to_dlpack(lent);
}

std::uintptr_t place_of_lent() {
  return reinterpret_cast<std::uintptr_t>(lent.data());
}

double sum_of_lent() {
  return sum(runtime->space(), lent);
}

int device() {
  return tarn::dlpack::this_device().number;
}

// What Python lends: doubled in its own memory. The sum, or -1 where it is refused.
double borrow(tarn::dlpack::ManagedTensor* tensor) {
  try {
    const auto array = tarn::from_dlpack<double, 2>(tensor);
    borrowed = reinterpret_cast<std::uintptr_t>(array.data());
    assign(runtime->space(), array, 2.0 * array);
    return sum(runtime->space(), array);  // done: the tensor goes back
  } catch (const tarn::Error& error) {
    std::fprintf(stderr, "borrow: %s\n", error.what());
    return -1;
  }
}

std::uintptr_t place_of_borrowed() {
  return borrowed;
}

void stop() {
  lent = {};
  runtime.reset();
}
}
