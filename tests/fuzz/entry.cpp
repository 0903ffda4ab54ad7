// The entry of one fuzzer: libFuzzer brings the main function, and TARN_FUZZ_TARGET names the function to be tried.
#include <cstddef>
#include <cstdint>

#include "tarn/tests/fuzz/harness.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  tarn::fuzz::TARN_FUZZ_TARGET({reinterpret_cast<const char*>(data), size});
  return 0;
}
