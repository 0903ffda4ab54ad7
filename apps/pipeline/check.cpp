// What is wrong with a pipeline's deck that its schema cannot see; no file is looked at.
#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>

#include "tarn/apps/driver/problem.hpp"
#include "tarn/apps/pipeline/program.hpp"
#include "tarn/io/deck/nearest.hpp"
#include "tarn/io/deck/size.hpp"
#include "tarn/io/store/names.hpp"
#include "tarn/ops/formula/names.hpp"

namespace tarn::apps::pipeline {

namespace {

/// What is known of a name before a file is read.
struct Known {
  std::string defined_by;  ///< the path of its step; empty for the input
  bool is_number = false;  ///< surely a single number; otherwise perhaps an array
  bool used = false;
};

class Check {
 public:
  Check(const io::Deck& deck, io::Problems& problems)
      : deck_(deck), problems_(problems), constants_(constants_of(deck)) {
    define(input_name, {});
  }

  void run();

 private:
  void check_inputs();
  void check_memory();
  void check_step(const io::DeckTable& step);
  void check_keys(const io::DeckTable& step, Op op);
  bool check_formula_step(const io::DeckTable& step);
  bool number_out(const io::DeckTable& step, Op op);
  void check_out(const io::DeckTable& step, bool is_number);
  void check_keep();
  void check_unused();
  Known* find(const io::DeckTable& table, const std::string& key, const std::string& name);

  void define(const std::string& name, const Known& known) {
    names_.push_back(name);
    known_[name] = known;
  }
  void add(const io::DeckTable& table, const std::string& key, const std::string& what) {
    problems_.add(table.position(key), table.name_of(key), what);
  }

  const io::Deck& deck_;
  io::Problems& problems_;
  std::optional<std::map<std::string, double>> constants_;
  std::vector<std::string> names_;
  std::map<std::string, Known> known_;
  bool complete_ = true;  // whether every step's output is known
};

void Check::check_inputs() {
  const io::DeckTable pipeline = deck_.table("pipeline");
  const bool glob = pipeline.given("inputs"), list = pipeline.given("files");
  if (glob == list) {
    const std::string what = glob ? "a pattern and a list exclude each other: keep one of inputs and files"
                                  : "missing: inputs is a pattern such as \"gpu_data/*.h5\", files a list of names";
    problems_.add(glob ? pipeline.position("files") : pipeline.position(), pipeline.name_of(glob ? "files" : "inputs"),
                  what);
  }
  const auto check = [&](const char* key, const std::string& name) {
    if (!io::is_relative_name(name)) {
      add(pipeline, key, fmt::format("'{}' is not a path beneath the root: relative, without '..'", name));
    }
  };
  if (glob && pipeline.valid("inputs")) check("inputs", pipeline.text("inputs"));
  if (list && pipeline.valid("files")) {
    std::set<std::string> seen;
    for (const auto& name : pipeline.texts("files")) {
      check("files", name);
      if (!seen.insert(name).second) add(pipeline, "files", fmt::format("'{}' is there twice", name));
    }
  }
  if (!pipeline.valid("dataset")) return;
  const std::string dataset = pipeline.text("dataset");
  if (dataset.empty() || dataset[0] != '/' || !io::is_relative_name(dataset.substr(1))) {
    add(pipeline, "dataset", fmt::format("'{}' is no path within a file: it begins with '/', as \"/data\"", dataset));
  }
}

void Check::check_memory() {
  const io::DeckTable pipeline = deck_.table("pipeline");
  if (!pipeline.given("memory") || !pipeline.valid("memory") || io::parse_size(pipeline.text("memory"))) return;
  add(pipeline, "memory",
      fmt::format("'{}' is no size: a number and one of B, kB, MB, GB, TB, KiB, MiB, GiB, TiB, as \"8 GiB\"",
                  pipeline.text("memory")));
}

/// @return nullptr, and a problem, if nothing of that name is defined before
Known* Check::find(const io::DeckTable& table, const std::string& key, const std::string& name) {
  const auto found = known_.find(name);
  if (found != known_.end()) {
    found->second.used = true;
    return &found->second;
  }
  const auto near = io::nearest(name, names_);
  add(table, key,
      fmt::format("there is no array '{}' {}{}", name, key == "a" || key == "b" ? "before this step" : "to keep",
                  near ? fmt::format("; did you mean '{}'?", *near) : ""));
  return nullptr;
}

void Check::check_keys(const io::DeckTable& step, Op op) {
  const auto needs = [&](const char* key, bool is_needed) {
    if (is_needed && !step.given(key)) {
      problems_.add(step.position(), step.name_of(key),
                    fmt::format("missing: {} needs it", op_names()[static_cast<std::size_t>(op)]));
    }
    if (!is_needed && step.given(key)) {
      add(step, key, fmt::format("{} does not take it", op_names()[static_cast<std::size_t>(op)]));
    }
  };
  const auto takes = [&](const char* key, bool is_taken) {
    if (!is_taken) needs(key, false);
  };
  needs("a", op != Op::formula);
  needs("b", op == Op::matmul || op == Op::dot);
  needs("expression", op == Op::formula);
  takes("transpose_a", op == Op::matmul);
  takes("transpose_b", op == Op::matmul);
  takes("axis", is_reduction(op));
  takes("keepdims", is_reduction(op));
}

/// @return whether all that the formula uses are single numbers
bool Check::check_formula_step(const io::DeckTable& step) {
  if (!step.given("expression") || !step.valid("expression") || !constants_) return false;
  const io::FormulaText text = step.formula("expression");
  ops::FormulaContext context;
  context.variables = names_;
  context.constants = *constants_;
  context.random = true;
  for (const auto& name : names_)
    context.constants.erase(name);  // reported where the name is defined
  try {
    const ops::Formula formula(text.text, context);
    bool numbers = true;
    for (const auto& name : names_) {
      if (!formula.uses(name)) continue;
      known_[name].used = true;
      numbers = numbers && known_[name].is_number;
    }
    return numbers;
  } catch (const ops::FormulaError& error) {
    // A step that could not be read may have defined the name.
    if (complete_) problems_.add(text.at(error.offset()), step.name_of("expression"), error.what());
    return false;
  }
}

/// Whether the step's result is surely a single number; looks at its operands.
bool Check::number_out(const io::DeckTable& step, Op op) {
  bool operands_are_numbers = true;
  for (const char* key : {"a", "b"}) {
    if (!step.given(key) || !step.valid(key)) continue;
    const Known* known = find(step, key, step.text(key));
    operands_are_numbers = operands_are_numbers && known != nullptr && known->is_number;
    if (known == nullptr || !known->is_number) continue;
    if (op == Op::matmul) add(step, key, fmt::format("'{}' is a single number, no matrix", step.text(key)));
    if (is_reduction(op) && step.given("axis")) {
      add(step, "axis", fmt::format("'{}' is a single number and has no axes", step.text(key)));
    }
  }
  if (op == Op::formula) return check_formula_step(step);
  if (op == Op::dot) return true;
  if (!is_reduction(op) || step.given("axis")) return false;
  return operands_are_numbers || !step.given("keepdims") || !step.valid("keepdims") || !step.boolean("keepdims");
}

void Check::check_out(const io::DeckTable& step, bool is_number) {
  if (!step.given("out") || !step.valid("out")) {
    complete_ = false;
    return;
  }
  const std::string name = step.text("out");
  const auto there = known_.find(name);
  if (there != known_.end()) {
    const auto& by = there->second.defined_by;
    add(step, "out",
        by.empty() ? fmt::format("'{}' is the array that is read from the file", name)
                   : fmt::format("'{}' is defined already, by {}", name, by));
    return;
  }
  std::string flaw;
  if (constants_ && constants_->count(name) > 0) flaw = "it is a name of [constants] too";
  try {
    ops::FormulaContext context;
    context.variables = {name};
    ops::Formula(name, context);
  } catch (const Error&) {
    flaw = "formulas cannot use this name: letters, digits and _, a letter or _ first";
  }
  if (ops::detail::find_function(name) != nullptr) {
    flaw = "formulas know it as a function; choose another name";
  }
  if (!flaw.empty()) add(step, "out", fmt::format("'{}': {}", name, flaw));
  define(name, {step.path(), is_number, !flaw.empty()});
}

void Check::check_step(const io::DeckTable& step) {
  if (!step.given("op") || !step.valid("op")) {
    complete_ = false;
    check_out(step, false);
    if (step.given("out") && step.valid("out")) known_[step.text("out")].used = true;
    return;
  }
  const auto& ops = op_names();
  const auto op = static_cast<Op>(std::find(ops.begin(), ops.end(), step.text("op")) - ops.begin());
  check_keys(step, op);
  check_out(step, number_out(step, op));
}

void Check::check_keep() {
  const io::DeckTable keep = deck_.table("pipeline.keep");
  bool any = false;
  std::set<std::string> seen;
  for (const char* key : {"scalars", "arrays"}) {
    if (!keep.given(key)) continue;
    any = true;
    if (!keep.valid(key)) continue;
    for (const auto& name : keep.texts(key)) {
      if (!seen.insert(name).second) add(keep, key, fmt::format("'{}' is kept twice", name));
      if (!complete_ && known_.count(name) == 0) continue;
      const Known* known = find(keep, key, name);
      if (known == nullptr) continue;
      if (std::string(key) == "arrays" && known->is_number) {
        add(keep, key, fmt::format("'{}' is a single number: keep it in scalars", name));
      }
      if (std::string(key) == "scalars" && (name == "file" || name == "status" || name == "done")) {
        add(keep, key, fmt::format("'{}' is a column of the results already; give the array another name", name));
      }
      if (name == input_name) add(keep, key, "'data' is what the files hold already");
    }
  }
  if (!any) {
    problems_.add(keep.position(), "pipeline.keep", "nothing is kept: name scalars, arrays or both");
  }
}

void Check::check_unused() {
  if (!complete_ || !problems_.empty()) return;
  for (const auto& step : deck_.tables("pipeline.step")) {
    const std::string name = step.text("out");
    if (!known_[name].used) add(step, "out", fmt::format("nothing uses '{}': keep it, or leave the step out", name));
  }
}

void Check::run() {
  if (!deck_.given("pipeline")) return;
  check_inputs();
  check_memory();
  for (const auto& step : deck_.tables("pipeline.step"))
    check_step(step);
  check_keep();
  check_unused();
}

}  // namespace

void check_pipeline(const io::Deck& deck, io::Problems& problems) {
  Check(deck, problems).run();
}

}  // namespace tarn::apps::pipeline
