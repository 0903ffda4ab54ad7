#include "tarn/apps/pde/stage_ptx.hpp"

#include <algorithm>
#include <limits>
#include <set>

#include <fmt/format.h>

#include "tarn/apps/pde/stage_writer.hpp"
#include "tarn/ops/formula/ptx_functions.hpp"
#include "tarn/ops/formula/ptx_operation.hpp"

namespace tarn::apps::pde {

using ops::OpCode;

namespace {

/// What the driver's compiler takes for a step of a cell, where an addition takes 1.
int cost_of(const Step& step) {
  const auto code = static_cast<OpCode>(step.code);
  if (step.code >= choose) return 2;
  if (ops::detail::ptx_function_name(code) != nullptr) return 8;
  return code == OpCode::divide || code == OpCode::reciprocal || code == OpCode::sqrt ? 16 : 1;
}

int cost_of(const Program& program) {
  int cost = 0;
  for (const Step& step : program.steps)
    cost += cost_of(step);
  return cost;
}

std::set<OpCode> functions_of(const Program& program) {
  std::set<OpCode> functions;
  for (const Step& step : program.steps) {
    if (step.code < choose && ops::detail::ptx_function_name(static_cast<OpCode>(step.code)) != nullptr)
      functions.insert(static_cast<OpCode>(step.code));
  }
  return functions;
}

int axis_of(const StageShape& shape) {
  return shape.dimensions == 3 ? 2 : 1;
}

/// Whether lanes may be loaded: rows begin where they may, and no access leaves the array.
bool takes_lanes(const Program& program, const StageShape& shape, int lanes) {
  if (shape.row % lanes != 0 || shape.dimensions == 1) return false;
  const CellRange& range = shape.range;
  const auto down = [&](std::int64_t x) { return (x + 64 * lanes) / lanes * lanes - 64 * lanes; };
  for (const Load& load : program.loads) {
    const auto row_of = [&](const auto& cell) {
      return (cell[2] + load.away[2]) * shape.plane + (cell[1] + load.away[1]) * shape.row;
    };
    const int last[3] = {0, range.end[1] - 1, range.end[2] - 1};
    const std::int64_t first_lane = down(range.begin[0]), last_lane = down(range.end[0] - 1) + lanes - 1;
    if (row_of(range.begin) + down(first_lane + load.away[0]) < 0) return false;
    if (row_of(last) + down(last_lane + load.away[0]) + lanes > shape.field) return false;
  }
  return true;
}

/// As many cells as keep the memory busy, and few enough that registers do not run out and the driver is soon done.
ThreadCells cells_of(const Program& program, const StageShape& shape) {
  constexpr int most_values = 96, most_cost = 3000;
  const int lanes = shape.single ? 4 : 2, along = shape.dimensions == 1 ? 1 : 3;
  const int values = program.registers + static_cast<int>(program.results.size()), cost = cost_of(program);
  for (const ThreadCells& cells : {ThreadCells{lanes, along}, ThreadCells{lanes, 1}}) {
    const int count = cells.lanes * cells.along;
    if (count * values <= most_values && count * cost <= most_cost && takes_lanes(program, shape, lanes)) return cells;
  }
  if (along * values <= most_values && along * cost <= most_cost) return {1, along};
  return {1, 1};
}

/// How the blocks of a kernel share a box: a block has 2^shift threads along x, and the others along y. In three
/// dimensions a block takes a tile of x and y, whose rows find their neighbours in the first cache.
struct Tiles {
  unsigned shift, rows, first, along_x, along_y, groups;

  Tiles(const StageShape& shape, const CellRange& range, const ThreadCells& cells) {
    const auto pieces = [](std::int64_t count, std::int64_t of) {
      return static_cast<unsigned>((count + of - 1) / of);
    };
    const int axis = axis_of(shape), lanes = cells.lanes;
    first = static_cast<unsigned>(range.begin[0] / lanes * lanes);
    const std::int64_t width = range.end[0] - static_cast<std::int64_t>(first);
    shift = axis == 1 ? 7 : width <= 2 * lanes ? 1 : 4;
    rows = stage_threads >> shift;
    along_x = pieces(width, (std::int64_t{1} << shift) * lanes);
    along_y = axis == 2 ? pieces(range.extent(1), rows) : 1;
    groups = pieces(range.extent(axis), cells.along);
  }
  std::int64_t blocks() const { return std::int64_t{1} * along_x * along_y * groups; }
};

/// Writes kernels of one program.
class Entries {
 public:
  Entries(const Program& program, const StageShape& shape, const StagePtx& ptx)
      : program_(program), shape_(shape), ptx_(ptx) {}

  std::string entry(const std::string& name, const CellRange& range, const ThreadCells& cells) const {
    const Tiles tiles(shape_, range, cells);
    const bool cut_lanes = range.begin[0] % cells.lanes != 0 || range.end[0] % cells.lanes != 0;
    return parameters(name) + place(tiles, range, cells) + (cut_lanes ? lane_predicates(range, cells.lanes) : "") +
           addresses() + StageWriter(program_, shape_, ptx_).write(cells, cut_lanes) + "end:\nret;\n}\n";
  }

 private:
  const char* type() const { return shape_.single ? "f32" : "f64"; }

  /// From the parameters to %out, %array0, ..., %combined0, ..., %number0, ..., %weight0, ...
  std::string parameters(const std::string& name) const {
    std::string list = ".param .u64 out", body;
    const auto pointer = [&](const std::string& what) {
      if (what != "out") list += fmt::format(", .param .u64 {}", what);
      body += fmt::format(".reg .b64 %{0};\nld.param.u64 %{0}, [{0}];\ncvta.to.global.u64 %{0}, %{0};\n", what);
    };
    const auto value = [&](const std::string& what) {
      list += fmt::format(", .param .{} {}", type(), what);
      body += fmt::format(".reg .{0} %{1};\nld.param.{0} %{1}, [{1}];\n", type(), what);
    };
    pointer("out");
    for (std::size_t n = 0; n < ptx_.arrays.size(); ++n)
      pointer(fmt::format("array{}", n));
    for (std::size_t n = 0; n < ptx_.combined.size(); ++n)
      pointer(fmt::format("combined{}", n));
    for (std::size_t n = 0; n < program_.numbers.size(); ++n) {
      if (program_.numbers[n].node >= 0) {
        value(fmt::format("number{}", n));
        continue;
      }
      body += fmt::format(".reg .{0} %number{1};\nmov.{0} %number{1}, {2};\n", type(), n,
                          ops::detail::ptx_number(program_.numbers[n].value, shape_.single));
    }
    for (int n = 0; n < shape_.form.weights(); ++n)
      value(fmt::format("weight{}", n));
    return fmt::format(".visible .entry {}({})\n{{\n{}", name, list, body);
  }

  /// The thread's first cell: %i, %j, %k.
  std::string place(const Tiles& tiles, const CellRange& range, const ThreadCells& cells) const {
    const int axis = axis_of(shape_);
    std::string text =
        ".reg .pred %outside;\n.reg .b32 %block, %thread, %rest, %tile, %group, %column, %line, %i, %j, %k;\n"
        "mov.u32 %block, %ctaid.x;\nmov.u32 %thread, %tid.x;\n";
    text += fmt::format(
        "div.u32 %rest, %block, {0};\nmul.lo.u32 %tile, %rest, {0};\nsub.u32 %tile, %block, %tile;\n"
        "shr.u32 %line, %thread, {1};\nand.b32 %column, %thread, {2};\nmad.lo.u32 %column, %tile, {3}, %column;\n"
        "mad.lo.u32 %i, %column, {4}, {5};\nsetp.ge.u32 %outside, %i, {6};\n@%outside bra end;\n",
        tiles.along_x, tiles.shift, (1u << tiles.shift) - 1, 1u << tiles.shift, cells.lanes, tiles.first, range.end[0]);
    if (axis == 1)
      return text + fmt::format("mov.u32 %k, {};\nmad.lo.u32 %j, %rest, {}, {};\n", range.begin[2], cells.along,
                                range.begin[1]);
    return text + fmt::format(
                      "div.u32 %group, %rest, {0};\nmul.lo.u32 %tile, %group, {0};\nsub.u32 %tile, %rest, %tile;\n"
                      "mad.lo.u32 %j, %tile, {1}, %line;\nadd.u32 %j, %j, {2};\nsetp.ge.u32 %outside, %j, {3};\n"
                      "@%outside bra end;\nmad.lo.u32 %k, %group, {4}, {5};\n",
                      tiles.along_y, tiles.rows, range.begin[1], range.end[1], cells.along, range.begin[2]);
  }

  /// %full where all lanes of the thread are inside the box; otherwise %lane0, ... of those that are.
  static std::string lane_predicates(const CellRange& range, int lanes) {
    std::string text = ".reg .pred %full, %part;\n.reg .b32 %x;\n";
    text += fmt::format(
        "setp.ge.u32 %part, %i, {};\nadd.u32 %x, %i, {};\nsetp.le.and.u32 %full, %x, {}, %part;\nnot.pred %part, "
        "%full;\n",
        range.begin[0], lanes, range.end[0]);
    for (int n = 0; n < lanes; ++n) {
      text += fmt::format(
          ".reg .pred %lane{0};\nadd.u32 %x, %i, {0};\nsetp.ge.and.u32 %lane{0}, %x, {1}, %part;\n"
          "setp.lt.and.u32 %lane{0}, %x, {2}, %lane{0};\n",
          n, range.begin[0], range.end[0]);
    }
    return text;
  }

  /// Moves the addresses to the thread's first cell, which is element %cell of an array.
  std::string addresses() const {
    std::string text = fmt::format(
        ".reg .b64 %cell, %here, %wide;\ncvt.u64.u32 %cell, %i;\ncvt.u64.u32 %wide, %j;\nmad.lo.u64 %cell, %wide, {}, "
        "%cell;\ncvt.u64.u32 %wide, %k;\nmad.lo.u64 %cell, %wide, {}, %cell;\nshl.b64 %here, %cell, {};\n",
        shape_.row, shape_.plane, shape_.single ? 2 : 3);
    if (shape_.purpose == StagePurpose::store) text += "add.s64 %out, %out, %here;\n";
    for (std::size_t n = 0; n < ptx_.arrays.size(); ++n)
      text += fmt::format("add.s64 %array{0}, %array{0}, %here;\n", n);
    for (std::size_t n = 0; n < ptx_.combined.size(); ++n)
      text += fmt::format("add.s64 %combined{0}, %combined{0}, %here;\n", n);
    return text;
  }

  const Program& program_;
  const StageShape& shape_;
  const StagePtx& ptx_;
};

}  // namespace

std::optional<std::string> obstacle_to_ptx(const Program& program) {
  constexpr int most_cost = 6000;
  constexpr std::size_t most_numbers = 256;  // a kernel's parameters have 4 KiB
  std::size_t changing = 0;
  for (const Number& number : program.numbers)
    changing += number.node >= 0 ? 1 : 0;
  if (changing > most_numbers) return fmt::format("more than {} numbers change from stage to stage", most_numbers);
  for (const Step& step : program.steps) {
    const auto code = static_cast<OpCode>(step.code);
    if (step.code < choose && !ops::detail::ptx_can_write(code))
      return "it calls functions, and tarn was built without nvcc, which translates them";
  }
  if (cost_of(program) > most_cost) return "it is so long that the driver would compile for seconds";
  return {};
}

StagePtx stage_ptx(const Program& program, const StageShape& shape) {
  StagePtx ptx;
  std::set<int> arrays;
  for (const Load& load : program.loads)
    arrays.insert(load.array);
  if (shape.form.now >= 0) arrays.insert(array_state);
  ptx.arrays.assign(arrays.begin(), arrays.end());
  for (int n = 0; n < shape.form.arrays(); ++n) {
    if (n != shape.form.now) ptx.combined.push_back(n);
  }
  for (std::size_t n = 0; n < program.numbers.size(); ++n) {
    if (program.numbers[n].node >= 0) ptx.numbers.push_back(static_cast<int>(n));
  }
  ptx.cells = cells_of(program, shape);
  ptx.text = ops::detail::ptx_head(functions_of(program));
  const Entries entries(program, shape, ptx);
  const int axis = axis_of(shape), rest = shape.range.extent(axis) % ptx.cells.along;
  CellRange whole = shape.range, left = shape.range;
  whole.end[axis] = left.begin[axis] = shape.range.end[axis] - rest;
  const auto add = [&](const char* name, const CellRange& range, const ThreadCells& cells) {
    if (range.empty()) return;
    ptx.entries.push_back({name, Tiles(shape, range, cells).blocks()});
    ptx.text += entries.entry(name, range, cells);
  };
  add("tarn_stage", whole, ptx.cells);
  add("tarn_rest", left, {ptx.cells.lanes, 1});
  return ptx;
}

}  // namespace tarn::apps::pde
