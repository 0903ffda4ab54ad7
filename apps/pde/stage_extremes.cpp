// How kernels on a GPU find the cells in which results are least and greatest, in one launch: see extreme_key.hpp.
#include <limits>

#include "tarn/apps/pde/extreme_key.hpp"
#include "tarn/apps/pde/stage_writer.hpp"
#include "tarn/ops/formula/ptx_operation.hpp"

namespace tarn::apps::pde {

void StageWriter::write_extremes(const Results& results) {
  line(".reg .pred %better;\n.reg .b64 %key, %sign, %known, %element, %bits;\n.reg .b32 %behind;\n.reg .f64 %extreme;");
  line(".reg .f64 %compared<{}>;", results.size() * static_cast<std::size_t>(lanes_));
  if (cut_lanes_) {
    line(".reg .pred %in<{}>;", lanes_);
    for (int lane = 0; lane < lanes_; ++lane)
      line("or.pred %in{0}, %full, %lane{0};", lane);
  }
  for (std::size_t n = 0; n < program_.results.size(); ++n) {
    compare_digits(n, results);
    for (const bool greatest : {false, true})
      find_extreme(n, greatest, static_cast<int>(results.size()));
  }
}

/// %compared0, ...: a result in the cells of the thread, as compared() makes it.
void StageWriter::compare_digits(std::size_t result, const Results& results) {
  int cell = 0;
  for (const auto& of_results : results) {
    for (const int lane : of_results[result]) {
      line("{} %compared{}, {};\nmov.b64 %bits, %compared{};", shape_.single ? "cvt.f64.f32" : "mov.f64", cell,
           name_of(lane), cell);
      line("and.b64 %bits, %bits, {};\nmov.b64 %compared{}, %bits;", compared_digits, cell);
      ++cell;
    }
  }
}

/// The best of the thread's cells, then its key.
void StageWriter::find_extreme(std::size_t result, bool greatest, int along) {
  constexpr std::uint32_t none = 0xffffffff;
  const std::size_t byte = 8 * (2 * result + (greatest ? 1 : 0));
  const char* const how = greatest ? "gt" : "lt";
  constexpr double infinite = std::numeric_limits<double>::infinity();
  line("mov.f64 %extreme, {};\nmov.b32 %behind, {};", ops::detail::ptx_number(greatest ? -infinite : infinite, false),
       none);
  const std::int64_t per_cell = shape_.dimensions == 3 ? shape_.plane : shape_.row;
  for (int cell = 0; cell < along * lanes_; ++cell) {
    const int lane = cell % lanes_;
    if (cut_lanes_) {
      line("setp.{}.and.f64 %better, %compared{}, %extreme, %in{};", how, cell, lane);
    } else {
      line("setp.{}.f64 %better, %compared{}, %extreme;", how, cell);
    }
    line("@%better mov.f64 %extreme, %compared{};\n@%better mov.b32 %behind, {};", cell,
         cell / lanes_ * per_cell + lane);
  }
  // As extreme_key(): 0 without its sign, and the bits in order.
  line("add.rn.f64 %extreme, %extreme, {};\nmov.b64 %key, %extreme;", ops::detail::ptx_number(0, false));
  line("shr.s64 %sign, %key, 63;\nshr.u64 %sign, %sign, 1;\nxor.b64 %key, %key, %sign;");
  line("and.b64 %key, %key, {};", compared_digits);
  line("cvt.u64.u32 %element, %behind;\nadd.s64 %element, %element, %cell;");
  if (greatest) line("xor.b64 %element, %element, {};", most_elements_of_keys - 1);
  line("or.b64 %key, %key, %element;");
  // What is known may be old: then the atomic operation finds out.
  line("setp.ne.u32 %better, %behind, {};\nld.global.s64 %known, [%out+{}];", none, byte);
  line("setp.{}.and.s64 %better, %key, %known, %better;", how);
  line("@%better red.global.{}.s64 [%out+{}], %key;", greatest ? "max" : "min", byte);
}

}  // namespace tarn::apps::pde
