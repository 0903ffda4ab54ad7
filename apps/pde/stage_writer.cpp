#include "tarn/apps/pde/stage_writer.hpp"

#include <algorithm>

#include <fmt/ranges.h>

#include "tarn/ops/formula/ptx_operation.hpp"

namespace tarn::apps::pde {

using ops::OpCode;
using Form = ops::CombinationForm::Kind;

std::string StageWriter::write(const ThreadCells& cells, bool cut_lanes) {
  text_.clear();
  registers_ = predicates_ = addresses_ = 0;
  lanes_ = cells.lanes;
  cut_lanes_ = cut_lanes;
  values_.clear();
  named_.clear();
  steps_.clear();
  loaded_.clear();
  bases_.clear();
  const std::size_t fields = program_.results.size();
  Results results(static_cast<std::size_t>(cells.along));
  for (int along = 0; along < cells.along; ++along) {
    auto& of_fields = results[static_cast<std::size_t>(along)];
    of_fields.resize(fields);
    for (int lane = 0; lane < cells.lanes; ++lane) {
      const auto rates = run(along, lane);
      for (std::size_t n = 0; n < fields; ++n)
        of_fields[n].push_back(mixed(static_cast<int>(n), rates[n], along, lane));
    }
  }
  if (shape_.purpose != StagePurpose::store) write_extremes(results);
  // Everything is read before the first store, which may go where something was read.
  for (int along = 0; along < cells.along && shape_.purpose == StagePurpose::store; ++along) {
    for (std::size_t n = 0; n < fields; ++n)
      store(static_cast<int>(n), along, results[static_cast<std::size_t>(along)][n]);
  }
  return fmt::format(".reg .{} %v<{}>;\n.reg .pred %p<{}>;\n.reg .b64 %at<{}>;\n", type(), registers_ + 1,
                     predicates_ + 1, addresses_ + 1) +
         text_;
}

int StageWriter::add(Value value) {
  values_.push_back(std::move(value));
  return static_cast<int>(values_.size()) - 1;
}

/// The register of a value; a truth gets its number where it is first used as one.
const std::string& StageWriter::name_of(int value) {
  Value& known = values_[static_cast<std::size_t>(value)];
  if (known.name.empty()) {
    known.name = new_register();
    line("selp.{} {}, {}, {}, {};", type(), known.name, ops::detail::ptx_number(1, shape_.single),
         ops::detail::ptx_number(0, shape_.single), known.predicate);
  }
  return known.name;
}

/// Whether a value is not 0; what is not a number is not.
const std::string& StageWriter::predicate_of(int value) {
  Value& known = values_[static_cast<std::size_t>(value)];
  if (known.predicate.empty()) {
    known.predicate = fmt::format("%p{}", predicates_++);
    line("setp.neu.{} {}, {}, {};", type(), known.predicate, known.name, ops::detail::ptx_number(0, shape_.single));
  }
  return known.predicate;
}

/// A number of the program, in a register of the kernel's head.
int StageWriter::number(std::size_t place) {
  const std::string name = fmt::format("%number{}", place);
  const auto [found, is_new] = named_.try_emplace(name, 0);
  if (is_new) found->second = add({name, ""});
  return found->second;
}

/// What a load reads for a cell of the thread.
int StageWriter::load(const Load& load, int along, int lane) {
  const int axis = shape_.dimensions == 3 ? 2 : 1;
  std::int64_t cells[3] = {0, load.away[1], load.away[2]};
  cells[axis] += along;
  const auto place = std::find(ptx_.arrays.begin(), ptx_.arrays.end(), load.array) - ptx_.arrays.begin();
  return element(fmt::format("%array{}", place), true,
                 load.field * shape_.field + cells[2] * shape_.plane + cells[1] * shape_.row, lane + load.away[0]);
}

/// What a combination reads in a cell of the thread. It may be stored to, so it is no constant of the kernel.
int StageWriter::combined(int array, int field, int along, int lane) {
  if (array == shape_.form.now) return load({array_state, field, {0, 0, 0}}, along, lane);
  const auto place = std::find(ptx_.combined.begin(), ptx_.combined.end(), array) - ptx_.combined.begin();
  const std::int64_t per_cell = shape_.dimensions == 3 ? shape_.plane : shape_.row;
  return element(fmt::format("%combined{}", place), false, field * shape_.field + along * per_cell, lane);
}

/// The element `x` cells along x from the one that is `first` elements behind an address. As many as one access takes
/// are loaded together, from where such a group begins.
int StageWriter::element(const std::string& base, bool stays, std::int64_t first, int x) {
  const int group = x >= 0 ? x / lanes_ : -((lanes_ - 1 - x) / lanes_);
  const std::int64_t start = first + group * lanes_;
  auto& group_values = loaded_[{base, start}];
  if (group_values.empty()) {
    std::vector<std::string> names;
    for (int n = 0; n < lanes_; ++n) {
      names.push_back(new_register());
      group_values.push_back(add({names.back(), ""}));
    }
    const std::string at = address(base, start);
    const char* how = stays ? "ld.global.nc" : "ld.global";
    if (lanes_ == 1) {
      line("{}.{} {}, [{}];", how, type(), names[0], at);
    } else {
      line("{}.v{}.{} {{{}}}, [{}];", how, lanes_, type(), fmt::join(names, ", "), at);
    }
  }
  return group_values[static_cast<std::size_t>(x - group * lanes_)];
}

/// An address so many elements away: registers hold coarse steps, and the instruction the rest, which is short.
std::string StageWriter::address(const std::string& base, std::int64_t elements) {
  constexpr std::int64_t coarse = std::int64_t{1} << 22;
  const std::int64_t away = elements * bytes();
  const std::int64_t step = (away >= 0 ? away + coarse / 2 : away - coarse / 2) / coarse * coarse;
  std::string from = base;
  if (step != 0) {
    std::string& known = bases_[{base, step}];
    if (known.empty()) {
      known = fmt::format("%at{}", addresses_++);
      line("add.s64 {}, {}, {};", known, base, step);
    }
    from = known;
  }
  return away == step ? from : fmt::format("{}+{}", from, away - step);
}

int StageWriter::step(int code, int a, int b, int c) {
  const Key key{code, a, b, c};
  if (const auto found = steps_.find(key); found != steps_.end()) return found->second;
  return steps_[key] = code > choose ? joined(code, a, b, c) : made(code, a, b, c);
}

/// A step that stands for several operations; each of them is known for itself.
int StageWriter::joined(int code, int a, int b, int c) {
  const int add_code = step_code(OpCode::add), less = step_code(OpCode::subtract);
  if (code == curvature) {
    const int rise = step(less, a, b), fall = step(less, b, c);
    return step(less, rise, fall);
  }
  const int both = product(a, b);
  if (code == multiply_add) return step(add_code, both, c);
  return code == multiply_subtract ? step(less, both, c) : step(less, c, both);
}

int StageWriter::made(int code, int a, int b, int c) {
  Value value;
  if (code == choose) {
    const std::string condition = predicate_of(a), yes = name_of(b), no = name_of(c);
    value.name = new_register();
    line("selp.{} {}, {}, {}, {};", type(), value.name, yes, no, condition);
    return add(value);
  }
  const auto operation = static_cast<OpCode>(code);
  write_truth(operation, a, b, value);
  if (value.predicate.empty()) {
    const std::string left = name_of(a), right = ops::detail::is_binary(operation) ? name_of(b) : "";
    value.name = new_register();
    text_ += ops::detail::ptx_operation(operation, shape_.single, value.name, left, right);
  }
  return add(value);
}

/// An operation that is a truth: its value is left in a predicate, for what chooses by it.
void StageWriter::write_truth(OpCode code, int a, int b, Value& value) {
  if (const char* how = ops::detail::ptx_comparison(code)) {
    const std::string left = name_of(a), right = name_of(b);
    value.predicate = fmt::format("%p{}", predicates_++);
    line("setp.{}.{} {}, {}, {};", how, type(), value.predicate, left, right);
  } else if (code == OpCode::both || code == OpCode::either) {
    const std::string left = predicate_of(a), right = predicate_of(b);
    value.predicate = fmt::format("%p{}", predicates_++);
    line("{}.pred {}, {}, {};", code == OpCode::both ? "and" : "or", value.predicate, left, right);
  } else if (code == OpCode::invert) {
    const std::string is = predicate_of(a);
    value.predicate = fmt::format("%p{}", predicates_++);
    line("not.pred {}, {};", value.predicate, is);
  }
}

/// The program for one cell of the thread.
std::vector<int> StageWriter::run(int along, int lane) {
  std::vector<int> registers(static_cast<std::size_t>(program_.registers), -1);
  const auto at = [&](int place) {
    if (place >= program_.first_register())
      return registers[static_cast<std::size_t>(place - program_.first_register())];
    if (place < program_.first_load()) return number(static_cast<std::size_t>(place));
    return load(program_.loads[static_cast<std::size_t>(place - program_.first_load())], along, lane);
  };
  for (const Step& one : program_.steps) {
    const int count = operands_of(one.code);
    const int a = at(one.a), b = count > 1 ? at(one.b) : 0, c = count > 2 ? at(one.c) : 0;
    registers[static_cast<std::size_t>(one.out - program_.first_register())] = step(one.code, a, b, c);
  }
  std::vector<int> results;
  for (const int place : program_.results)
    results.push_back(at(place));
  return results;
}

/// What the integrator makes of a rate; see ops::Combination and ops::Rk4Last.
int StageWriter::mixed(int field, int rate, int along, int lane) {
  const ops::CombinationForm& form = shape_.form;
  if (form.kind == Form::plain) return rate;
  const auto weight = [&](int n) {
    const std::string name = fmt::format("%weight{}", n);
    const auto [found, is_new] = named_.try_emplace(name, 0);
    if (is_new) found->second = add({name, ""});
    return found->second;
  };
  const auto array = [&](int n) { return combined(n, field, along, lane); };
  if (form.kind == Form::rk4_last) {
    const int less = step_code(OpCode::subtract), start = array(0);
    const int first = step(less, array(1), start), second = step(less, array(2), start);
    const int last = step(less, array(3), start);
    const auto [two, is_new] = named_.try_emplace("two", 0);
    if (is_new) two->second = add({ops::detail::ptx_number(2, shape_.single), ""});
    const int all = sum(sum(first, product(two->second, second)), last);
    return sum(start, sum(product(weight(0), all), product(weight(1), rate)));
  }
  int made = product(weight(form.arrays()), rate);
  if (form.before > 0) {
    int before = product(weight(0), array(0));
    for (int n = 1; n < form.before; ++n)
      before = sum(before, product(weight(n), array(n)));
    made = sum(before, made);
  }
  for (int n = form.before; n < form.arrays(); ++n)
    made = sum(made, product(weight(n), array(n)));
  return made;
}

void StageWriter::store(int field, int along, const std::vector<int>& lanes) {
  const std::int64_t per_cell = shape_.dimensions == 3 ? shape_.plane : shape_.row;
  const std::int64_t first = field * shape_.field + along * per_cell;
  std::vector<std::string> names;
  for (const int value : lanes)
    names.push_back(name_of(value));
  const std::string at = address("%out", first);
  if (lanes_ == 1) return line("st.global.{} [{}], {};", type(), at, names[0]);
  line("{}st.global.v{}.{} [{}], {{{}}};", cut_lanes_ ? "@%full " : "", lanes_, type(), at, fmt::join(names, ", "));
  if (!cut_lanes_) return;
  for (std::size_t n = 0; n < names.size(); ++n)
    line("@%lane{} st.global.{} [{}], {};", n, type(), address("%out", first + static_cast<std::int64_t>(n)), names[n]);
}

}  // namespace tarn::apps::pde
