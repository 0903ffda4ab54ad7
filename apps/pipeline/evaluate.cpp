#include "tarn/apps/pipeline/evaluate.hpp"

#include <algorithm>

#include "tarn/apps/pipeline/operations.hpp"
#include "tarn/apps/pipeline/product.hpp"

namespace tarn::apps::pipeline {

namespace {

using Inputs = std::map<std::string, Array>;

/// Rows of an array, which keeps the memory of the whole.
Array rows_in(const Array& array, std::int64_t first, std::int64_t rows) {
  const auto row = static_cast<std::size_t>(row_bytes(array.signature));
  const auto begin = static_cast<std::size_t>(first) * row;
  return {{array.signature.type, with_rows(array.signature.shape, rows)},
          Kokkos::subview(array.bytes,
                          Kokkos::pair<std::size_t, std::size_t>(begin, begin + static_cast<std::size_t>(rows) * row))};
}

/// One step on arrays that are whole, or on blocks of the same rows.
/// @param out        type and shape of the result
/// @param first_row  of the block in the whole result
Array compute(const Evaluation& evaluation, std::size_t number, const Signature& out, const Inputs& inputs,
              std::int64_t first_row) {
  const Step& step = evaluation.program.steps[number];
  const Space& space = evaluation.space;
  if (step.op == Op::formula) {
    const Array result = make_array(space, step.out, out);
    const std::uint64_t stream = evaluation.item * evaluation.program.steps.size() + number;
    const std::int64_t offset = first_row == 0 ? 0 : first_row * with_rows(out.shape, 1).size();
    evaluate_formula(space, result, *step.formula, inputs, evaluation.program.seed, stream, offset);
    return result;
  }
  const Array& a = inputs.at(step.inputs[0]);
  if (is_reduction(step.op)) {
    const ReductionShape shape = reduction_shape(step, a.signature.shape);
    const auto reduction = make_reduction(space, step.op, a.signature.type, shape.outer, shape.inner);
    reduction->add(a, shape.count);
    return reduction->finish(step.out, out);
  }
  const Array& b = inputs.at(step.inputs[1]);
  const Array left = converted(space, a, out.type);
  const Array right = step.inputs[0] == step.inputs[1] ? left : converted(space, b, out.type);
  if (step.op == Op::dot) {
    const auto dot = make_dot(space, out.type);
    dot->add(left, right);
    return dot->finish(step.out);
  }
  const Array result = make_array(space, step.out, out);
  // A product over no terms is zero, which no BLAS need write.
  if (left.size() == 0 || right.size() == 0) Kokkos::deep_copy(space, result.bytes, std::uint8_t{0});
  multiply(space, result, left, right, {step.transpose_a, step.transpose_b});
  return result;
}

/// One block of rows of the input, and what has been computed of it.
struct Block {
  std::int64_t first = 0, rows = 0;
  Inputs arrays;
};

/// A step that is fed by every block.
struct Accumulator {
  std::size_t number;
  std::unique_ptr<Reduction> reduction;
  std::unique_ptr<Dot> dot;
  Array product;  // of matmul; empty before the first block
};

class StreamedEvaluation {
 public:
  StreamedEvaluation(const Evaluation& evaluation, BlockSource& source, const BlockSink& sink)
      : evaluation_(evaluation),
        program_(evaluation.program),
        plan_(evaluation.plan),
        source_(source),
        sink_(sink),
        rows_(rows_of(plan_.signatures.at(input_name).shape)) {}

  Inputs run() {
    for (int pass = 0; pass < plan_.passes; ++pass)
      run_pass(pass);
    Inputs kept;
    for (const auto& [name, array] : resident_) {
      if (program_.keeps(name)) kept.emplace(name, array);
    }
    return kept;
  }

 private:
  const Place& place(const std::string& name) const { return plan_.streaming.places.at(name); }
  const Signature& signature(const std::string& name) const { return plan_.signatures.at(name); }
  std::int64_t rows_at(std::int64_t first) const { return std::min(plan_.block_rows, rows_ - first); }
  std::int64_t next(std::int64_t first) const { return first + plan_.block_rows; }

  void run_pass(int pass);
  Block load(std::int64_t first, std::int64_t expected);
  const Array& get(Block& block, const std::string& name);
  Inputs inputs_of(const Step& step, Block& block);
  Array outer_product(const Step& step, Block& block);
  void feed(Accumulator& accumulator, Block& block);
  Array finish(Accumulator& accumulator);

  Evaluation evaluation_;
  const Program& program_;
  const Plan& plan_;
  BlockSource& source_;
  const BlockSink& sink_;
  std::int64_t rows_;
  Inputs resident_;
};

/// @param expected  the block that is wanted next; behind the last row: none
Block StreamedEvaluation::load(std::int64_t first, std::int64_t expected) {
  Block block{first, rows_at(first), {}};
  block.arrays.emplace(input_name, source_.take(first, block.rows));
  if (expected < rows_) source_.expect(expected, rows_at(expected));
  return block;
}

/// The inputs of a step as this block has them: of whole arrays with as many rows, the rows of the block.
Inputs StreamedEvaluation::inputs_of(const Step& step, Block& block) {
  Inputs inputs;
  const int rank = step.op == Op::formula ? signature(step.out).shape.rank : 0;
  for (const auto& name : step.inputs) {
    const Array& array = get(block, name);
    const ops::Shape& shape = array.signature.shape;
    bool has_rows = !place(name).streamed && shape.rank > 0 && shape.extents[0] == rows_;
    if (step.op == Op::formula) has_rows = has_rows && shape.rank == rank;
    if (step.op == Op::matmul) {
      const bool by_rows =
          plan_.streaming.how[static_cast<std::size_t>(&step - program_.steps.data())] == How::accumulate;  // a^T b
      has_rows = has_rows && (by_rows || shape.rank == 3);
    }
    inputs.emplace(name, has_rows ? rows_in(array, block.first, block.rows) : array);
  }
  return inputs;
}

const Array& StreamedEvaluation::get(Block& block, const std::string& name) {
  if (!place(name).streamed) return resident_.at(name);
  const auto found = block.arrays.find(name);
  if (found != block.arrays.end()) return found->second;
  const auto step =
      std::find_if(program_.steps.begin(), program_.steps.end(), [&](const Step& s) { return s.out == name; });
  const auto number = static_cast<std::size_t>(step - program_.steps.begin());
  if (plan_.streaming.how[number] == How::outer) {
    return block.arrays.emplace(name, outer_product(*step, block)).first->second;
  }
  const Signature& whole = signature(name);
  const Signature out{whole.type, with_rows(whole.shape, block.rows)};
  const Array result = compute(evaluation_, number, out, inputs_of(*step, block), block.first);
  return block.arrays.emplace(name, result).first->second;
}

/// The block's rows of a b^T: every block of b gives some of their columns.
Array StreamedEvaluation::outer_product(const Step& step, Block& block) {
  const Signature& whole = signature(step.out);
  const Space& space = evaluation_.space;
  const Array a = converted(space, get(block, step.inputs[0]), whole.type);
  const Array result = make_array(space, step.out, {whole.type, with_rows(whole.shape, block.rows)});
  for (std::int64_t first = 0; first < rows_; first = next(first)) {
    const auto multiply_by = [&](Block& other) {
      const Array b = converted(space, get(other, step.inputs[1]), whole.type);
      multiply(space, result, a, b, {false, true, false, first});
    };
    if (first == block.first) {
      multiply_by(block);
      continue;
    }
    const std::int64_t after = next(first) == block.first ? next(block.first) : next(first);
    Block other = load(first, after < rows_ ? after : next(block.first));
    multiply_by(other);
  }
  return result;
}

void StreamedEvaluation::feed(Accumulator& accumulator, Block& block) {
  const Step& step = program_.steps[accumulator.number];
  const Inputs inputs = inputs_of(step, block);
  const Array& a = inputs.at(step.inputs[0]);
  const Space& space = evaluation_.space;
  if (is_reduction(step.op)) {
    const ReductionShape shape = reduction_shape(step, a.signature.shape);
    if (!accumulator.reduction) {
      accumulator.reduction = make_reduction(space, step.op, a.signature.type, shape.outer, shape.inner);
    }
    accumulator.reduction->add(a, shape.count);
    return;
  }
  const Signature& out = signature(step.out);
  const Array left = converted(space, a, out.type);
  const Array right = converted(space, inputs.at(step.inputs[1]), out.type);
  if (step.op == Op::dot) {
    if (!accumulator.dot) accumulator.dot = make_dot(space, out.type);
    accumulator.dot->add(left, right);
    return;
  }
  const bool more = accumulator.product.bytes.data() != nullptr;
  if (!more) accumulator.product = make_array(space, step.out, out);
  multiply(space, accumulator.product, left, right, {step.transpose_a, step.transpose_b, more});
}

Array StreamedEvaluation::finish(Accumulator& accumulator) {
  const Step& step = program_.steps[accumulator.number];
  if (accumulator.reduction) return accumulator.reduction->finish(step.out, signature(step.out));
  return accumulator.dot ? accumulator.dot->finish(step.out) : accumulator.product;
}

void StreamedEvaluation::run_pass(int pass) {
  std::vector<Accumulator> accumulators;
  std::vector<std::string> written;
  for (std::size_t n = 0; n < program_.steps.size(); ++n) {
    const std::string& out = program_.steps[n].out;
    if (place(out).pass != pass) continue;
    if (plan_.streaming.how[n] == How::accumulate) accumulators.push_back({n, {}, {}, {}});
    const bool kept = std::find(program_.arrays.begin(), program_.arrays.end(), out) != program_.arrays.end();
    if (place(out).streamed && kept) written.push_back(out);
  }
  const bool outer = plan_.streaming.has_outer();
  for (std::int64_t first = 0; first < rows_; first = next(first)) {
    const std::int64_t in_outer = first == 0 ? next(first) : 0;
    Block block = load(first, outer ? in_outer : next(first));
    for (auto& accumulator : accumulators)
      feed(accumulator, block);
    for (const auto& name : written)
      sink_(name, first, get(block, name));
  }
  for (std::size_t n = 0; n < program_.steps.size(); ++n) {
    const Step& step = program_.steps[n];
    if (place(step.out).streamed || place(step.out).pass != pass) continue;
    if (plan_.streaming.how[n] == How::accumulate) {
      const auto own = std::find_if(accumulators.begin(), accumulators.end(),
                                    [&](const Accumulator& accumulator) { return accumulator.number == n; });
      resident_[step.out] = finish(*own);
    } else {
      Inputs inputs;
      for (const auto& name : step.inputs)
        inputs.emplace(name, resident_.at(name));
      resident_[step.out] = compute(evaluation_, n, signature(step.out), inputs, 0);
    }
  }
}

}  // namespace

std::map<std::string, Array> evaluate_whole(const Evaluation& evaluation, Array data) {
  const Program& program = evaluation.program;
  Inputs arrays;
  arrays.emplace(input_name, std::move(data));
  for (std::size_t n = 0; n < program.steps.size(); ++n) {
    const Step& step = program.steps[n];
    Inputs inputs;
    for (const auto& name : step.inputs)
      inputs.emplace(name, arrays.at(name));
    arrays[step.out] = compute(evaluation, n, evaluation.plan.signatures.at(step.out), inputs, 0);
    inputs.clear();
    for (auto at = arrays.begin(); at != arrays.end();) {
      const auto uses = [&](const Step& later) {
        return std::find(later.inputs.begin(), later.inputs.end(), at->first) != later.inputs.end();
      };
      const auto rest = program.steps.begin() + static_cast<std::ptrdiff_t>(n) + 1;
      const bool needed = program.keeps(at->first) || std::any_of(rest, program.steps.end(), uses);
      at = needed ? std::next(at) : arrays.erase(at);
    }
  }
  return arrays;
}

std::map<std::string, Array> evaluate_streamed(const Evaluation& evaluation, BlockSource& source,
                                               const BlockSink& sink) {
  return StreamedEvaluation(evaluation, source, sink).run();
}

}  // namespace tarn::apps::pipeline
