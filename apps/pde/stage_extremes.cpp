// How kernels on a GPU find the cells in which results are least and greatest, in one launch: see extreme_key.hpp.
#include <limits>

#include "tarn/apps/pde/stage_writer.hpp"
#include "tarn/ops/formula/ptx_operation.hpp"

namespace tarn::apps::pde {

void StageWriter::write_extremes(const Results& results) {
  line(".reg .pred %better;\n.reg .b64 %key, %sign, %known, %element;\n.reg .f64 %number;");
  line(".reg .b{} %bits;\n.reg .b32 %behind;", 8 * bytes());
  line(".reg .{} %extreme;", type());
  if (cut_lanes_) {
    line(".reg .pred %in<{}>;", lanes_);
    for (int lane = 0; lane < lanes_; ++lane)
      line("or.pred %in{0}, %full, %lane{0};", lane);
  }
  for (std::size_t n = 0; n < program_.results.size(); ++n) {
    const auto values = compared_values(n, results);
    for (const bool greatest : {false, true})
      find_extreme(n, greatest, results, values);
  }
}

/// Registers with the compared values of a result in the cells of the thread, as compared() makes them.
std::vector<std::string> StageWriter::compared_values(std::size_t result, const Results& results) {
  std::vector<std::string> values;
  const std::uint64_t digits = shape_.single ? 0xfffffff8u : 0xffffffff00000000u;
  for (const auto& of_results : results) {
    for (const int lane : of_results[result]) {
      const std::string& value = name_of(lane);
      values.push_back(new_register());
      line("mov.b{0} %bits, {1};\nand.b{0} %bits, %bits, {2};\nmov.b{0} {3}, %bits;", 8 * bytes(), value, digits,
           values.back());
    }
  }
  return values;
}

/// The best of the thread's cells, then its key.
void StageWriter::find_extreme(std::size_t result, bool greatest, const Results& results,
                               const std::vector<std::string>& values) {
  constexpr double infinite = std::numeric_limits<double>::infinity();
  constexpr std::uint32_t none = 0xffffffff;
  const std::size_t byte = 8 * (2 * result + (greatest ? 1 : 0));
  const char* const how = greatest ? "gt" : "lt";
  line("mov.{} %extreme, {};\nmov.b32 %behind, {};", type(),
       ops::detail::ptx_number(greatest ? -infinite : infinite, shape_.single), none);
  const std::int64_t per_cell = shape_.dimensions == 3 ? shape_.plane : shape_.row;
  for (std::size_t n = 0; n < values.size(); ++n) {
    const std::size_t lanes = results[0][result].size(), along = n / lanes, lane = n % lanes;
    if (cut_lanes_) {
      line("setp.{}.and.{} %better, {}, %extreme, %in{};", how, type(), values[n], lane);
    } else {
      line("setp.{}.{} %better, {}, %extreme;", how, type(), values[n]);
    }
    line("@%better mov.{} %extreme, {};\n@%better mov.b32 %behind, {};", type(), values[n],
         static_cast<std::int64_t>(along) * per_cell + static_cast<std::int64_t>(lane));
  }
  // 0 without its sign, and the bits in order.
  line("{} %number, %extreme;\nadd.rn.f64 %number, %number, {};\nmov.b64 %key, %number;",
       shape_.single ? "cvt.f64.f32" : "mov.f64", ops::detail::ptx_number(0, false));
  line("shr.s64 %sign, %key, 63;\nshr.u64 %sign, %sign, 1;\nxor.b64 %key, %key, %sign;");
  line("and.b64 %key, %key, {};", 0xffffffff00000000u);
  line("cvt.u64.u32 %element, %behind;\nadd.s64 %element, %element, %cell;");
  if (greatest) line("xor.b64 %element, %element, {};", 0xffffffffu);
  line("or.b64 %key, %key, %element;");
  // What is known may be old: then the atomic operation finds out.
  line("setp.ne.u32 %better, %behind, {};\nld.global.s64 %known, [%out+{}];", none, byte);
  line("setp.{}.and.s64 %better, %key, %known, %better;", how);
  line("@%better red.global.{}.s64 [%out+{}], %key;", greatest ? "max" : "min", byte);
}

}  // namespace tarn::apps::pde
