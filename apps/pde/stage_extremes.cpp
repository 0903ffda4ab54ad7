// How kernels on a GPU find the cells in which results are least and greatest, in two launches: the first finds the
// values, the second the first cells that have them. Threads agree by atomic minima and maxima of integers, which do
// not depend on their order. For that a number becomes an integer of the same order, its key: its bits, or where it is
// negative all of them but the sign turned round.
#include <limits>

#include "tarn/apps/pde/stage_writer.hpp"
#include "tarn/ops/formula/ptx_operation.hpp"

namespace tarn::apps::pde {

/// Calls `use` with the register of a result, and the number of the element behind %cell, for each cell of the thread.
template <class Use>
void StageWriter::each_cell(std::size_t result, const Results& results, const Use& use) {
  const std::int64_t per_cell = shape_.dimensions == 3 ? shape_.plane : shape_.row;
  for (std::size_t along = 0; along < results.size(); ++along) {
    const auto& lanes = results[along][result];
    for (std::size_t lane = 0; lane < lanes.size(); ++lane)
      use(name_of(lanes[lane]), static_cast<std::int64_t>(along) * per_cell + static_cast<std::int64_t>(lane), lane);
  }
}

/// A comparison that holds for cells inside the box alone.
void StageWriter::compare_inside(const char* how, const std::string& left, const std::string& right, std::size_t lane) {
  if (cut_lanes_) {
    line("setp.{}.and.{} %better, {}, {}, %in{};", how, type(), left, right, lane);
  } else {
    line("setp.{}.{} %better, {}, {};", how, type(), left, right);
  }
}

/// From bits to the key and back: it is the same.
void StageWriter::turn_key() {
  line("shr.s64 %sign, %key, 63;\nshr.u64 %sign, %sign, 1;\nxor.b64 %key, %key, %sign;");
}

void StageWriter::write_extremes(const Results& results) {
  line(".reg .pred %better;\n.reg .b64 %key, %sign, %known, %element;\n.reg .f64 %number;");
  line(".reg .{} %extreme<{}>;", type(), 2 * program_.results.size());
  if (cut_lanes_) {
    line(".reg .pred %in<{}>;", lanes_);
    for (int lane = 0; lane < lanes_; ++lane)
      line("or.pred %in{0}, %full, %lane{0};", lane);
  }
  for (std::size_t n = 0; n < program_.results.size(); ++n) {
    for (const bool greatest : {false, true}) {
      if (shape_.purpose == StagePurpose::extremes) {
        find_value(n, greatest, results);
      } else {
        find_cell(2 * n + (greatest ? 1 : 0), n, results);
      }
    }
  }
}

void StageWriter::find_value(std::size_t result, bool greatest, const Results& results) {
  constexpr double infinite = std::numeric_limits<double>::infinity();
  const std::string extreme = fmt::format("%extreme{}", 2 * result + (greatest ? 1 : 0));
  const std::size_t byte = 8 * (2 * result + (greatest ? 1 : 0));
  line("mov.{} {}, {};", type(), extreme, ops::detail::ptx_number(greatest ? -infinite : infinite, shape_.single));
  each_cell(result, results, [&](const std::string& value, std::int64_t, std::size_t lane) {
    compare_inside(greatest ? "gt" : "lt", value, extreme, lane);
    line("@%better mov.{} {}, {};", type(), extreme, value);
  });
  line("{} %number, {};\nmov.b64 %key, %number;", shape_.single ? "cvt.f64.f32" : "mov.f64", extreme);
  turn_key();
  // What is known may be old: then the atomic operation finds out.
  line("ld.global.s64 %known, [%out+{}];\nsetp.{}.s64 %better, %key, %known;", byte, greatest ? "gt" : "lt");
  line("@%better red.global.{}.s64 [%out+{}], %key;", greatest ? "max" : "min", byte);
}

void StageWriter::find_cell(std::size_t number, std::size_t result, const Results& results) {
  const std::string extreme = fmt::format("%extreme{}", number);
  const std::size_t byte = 8 * (2 * program_.results.size() + number);
  line("ld.global.s64 %key, [%out+{}];", 8 * number);
  turn_key();
  line("mov.b64 %number, %key;\n{} {}, %number;", shape_.single ? "cvt.rn.f32.f64" : "mov.f64", extreme);
  line("ld.global.s64 %known, [%out+{}];", byte);
  each_cell(result, results, [&](const std::string& value, std::int64_t behind, std::size_t lane) {
    compare_inside("eq", value, extreme, lane);
    line("add.s64 %element, %cell, {};\nsetp.lt.and.s64 %better, %element, %known, %better;", behind);
    line("@%better red.global.min.s64 [%out+{}], %element;", byte);
  });
}

}  // namespace tarn::apps::pde
