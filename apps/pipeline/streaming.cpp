#include "tarn/apps/pipeline/streaming.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "tarn/apps/driver/units.hpp"

namespace tarn::apps::pipeline {

namespace {

[[noreturn]] void cannot(const Step& step, const std::string& why) {
  throw UsageError(fmt::format("{} cannot work on blocks of rows: {}", step.label, why));
}

class Analysis {
 public:
  Analysis(const Program& program, const Signatures& signatures) : signatures_(signatures) {
    result_.places[input_name] = {true, 0};
    for (const Step& step : program.steps)
      add(step);
  }

  Streaming take() { return std::move(result_); }

 private:
  bool streamed(const std::string& name) const { return result_.places.at(name).streamed; }
  const ops::Shape& shape(const std::string& name) const { return signatures_.at(name).shape; }

  /// The first pass in which all inputs are there, block by block.
  int pass_of_blocks(const Step& step) const {
    int pass = 0;
    for (const auto& name : step.inputs) {
      const Place& place = result_.places.at(name);
      pass = std::max(pass, place.streamed ? place.pass : place.pass + 1);
    }
    return pass;
  }

  void add(const Step& step) {
    const bool any = std::any_of(step.inputs.begin(), step.inputs.end(), [&](const auto& n) { return streamed(n); });
    const How how = any ? how_of(step) : How::resident;
    int pass = 0;
    for (const auto& name : step.inputs)
      pass = std::max(pass, result_.places.at(name).pass);
    if (any) pass = pass_of_blocks(step);
    result_.how.push_back(how);
    result_.places[step.out] = {how == How::blockwise || how == How::outer, pass};
    result_.passes = std::max(result_.passes, pass + 1);
  }

  How how_of(const Step& step) const {
    if (step.op == Op::formula) return how_of_formula(step);
    if (step.op == Op::matmul) return how_of_product(step);
    if (step.op == Op::dot) return How::accumulate;
    const auto axis = axis_of(step, shape(step.inputs[0]));
    return axis && *axis != 0 ? How::blockwise : How::accumulate;
  }

  How how_of_formula(const Step& step) const {
    const int rank = shape(step.out).rank;
    for (const auto& name : step.inputs) {
      if (!streamed(name) || shape(name).rank == rank) continue;
      cannot(step, fmt::format("'{}' of shape {} has fewer axes than the result {}, so its rows are not the result's",
                               name, to_string(shape(name)), to_string(shape(step.out))));
    }
    return How::blockwise;
  }

  How how_of_product(const Step& step) const {
    const std::string &a = step.inputs[0], &b = step.inputs[1];
    const int rank_a = shape(a).rank, rank_b = shape(b).rank;
    if (rank_a == 3 || rank_b == 3) {
      const bool whole = (!streamed(a) || rank_a == 3) && (!streamed(b) || rank_b == 3);
      if (whole) return How::blockwise;
      cannot(step, "in a product of batches the array that comes in blocks must have the batch as its first axis");
    }
    if (rank_a == 2 && step.transpose_a && (rank_b == 1 || !step.transpose_b)) return How::accumulate;
    if (rank_a == 2 && !step.transpose_a && streamed(a)) {
      if (!streamed(b)) return How::blockwise;
      if (rank_b == 2 && step.transpose_b) return How::outer;
    }
    cannot(step, fmt::format("blocks of rows serve a b where b is small, a^T b, and a b^T; here a is {}{}, b is {}{}",
                             to_string(shape(a)), step.transpose_a ? " transposed" : "", to_string(shape(b)),
                             step.transpose_b ? " transposed" : ""));
  }

  const Signatures& signatures_;
  Streaming result_;
};

/// Bytes that a step takes beside its operands and its result: partial results, and operands of another type.
std::int64_t scratch_bytes(const Step& step, const Signatures& known) {
  constexpr std::int64_t partial = 64;  // of one result
  if (is_reduction(step.op)) return partial * known.at(step.out).shape.size();
  if (step.op == Op::formula) return 0;
  std::int64_t bytes = 0;
  const ElementType type = promoted(known.at(step.inputs[0]).type, known.at(step.inputs[1]).type);
  for (const auto& name : step.inputs) {
    const Signature& input = known.at(name);
    if (input.type != type) bytes += input.shape.size() * static_cast<std::int64_t>(bytes_of(type));
  }
  return bytes;
}

std::int64_t kept_bytes(const Program& program, const Signatures& known) {
  std::int64_t bytes = 0;
  for (const auto& name : program.arrays)
    bytes += known.at(name).bytes();
  return bytes;
}

/// The most that is there at once when each array goes after its last use. Kept arrays are there once more on their way
/// to the file, and those of the item before.
std::int64_t whole_bytes(const Program& program, const Signatures& known) {
  std::map<std::string, std::size_t> last_use;
  for (std::size_t n = 0; n < program.steps.size(); ++n) {
    for (const auto& name : program.steps[n].inputs)
      last_use[name] = n;
  }
  std::map<std::string, std::int64_t> live{{input_name, known.at(input_name).bytes()}};
  std::int64_t most = 0;
  for (std::size_t n = 0; n < program.steps.size(); ++n) {
    const Step& step = program.steps[n];
    live[step.out] = known.at(step.out).bytes();
    std::int64_t now = scratch_bytes(step, known);
    for (const auto& [name, bytes] : live)
      now += bytes;
    most = std::max(most, now);
    for (auto at = live.begin(); at != live.end();) {
      const bool needed = program.keeps(at->first) || last_use.count(at->first) == 0 || last_use[at->first] > n;
      at = needed ? std::next(at) : live.erase(at);
    }
  }
  return most + 2 * kept_bytes(program, known);
}

/// What streaming takes, as bytes for each row of a block and bytes beside them.
struct StreamingBytes {
  std::int64_t of_row = 0, resident = 0;
};

StreamingBytes streaming_bytes(const Program& program, const Signatures& known, const Streaming& streaming) {
  StreamingBytes bytes;
  const auto rows = rows_of(known.at(input_name).shape);
  const std::int64_t blocks = streaming.has_outer() ? 2 : 1;  // that are there at once
  for (const auto& [name, place] : streaming.places) {
    const Signature& signature = known.at(name);
    if (!place.streamed) {
      bytes.resident += signature.bytes();
    } else {
      bytes.of_row += blocks * row_bytes(signature);
    }
  }
  bytes.of_row += row_bytes(known.at(input_name));  // the block that is read ahead
  for (std::size_t n = 0; n < program.steps.size(); ++n) {
    const Step& step = program.steps[n];
    const std::int64_t scratch = scratch_bytes(step, known);
    if (is_reduction(step.op) && streaming.how[n] != How::blockwise) {
      bytes.resident += scratch;
    } else {
      bytes.of_row += (scratch + rows - 1) / rows;
    }
  }
  for (const auto& name : program.arrays) {
    const bool streamed = streaming.places.at(name).streamed;
    (streamed ? bytes.of_row : bytes.resident) += 2 * (streamed ? row_bytes(known.at(name)) : known.at(name).bytes());
  }
  return bytes;
}

/// What a pool's rounding may add.
std::int64_t with_rounding(std::int64_t bytes) {
  return bytes + bytes / 4 + (64 << 10);
}

}  // namespace

bool Streaming::has_outer() const {
  return std::find(how.begin(), how.end(), How::outer) != how.end();
}

Streaming plan_streaming(const Program& program, const Signatures& signatures) {
  return Analysis(program, signatures).take();
}

Plan make_plan(const Program& program, const Signature& data, std::uint64_t memory) {
  Plan plan;
  plan.signatures = infer(program, data);
  plan.bytes = with_rounding(whole_bytes(program, plan.signatures));
  const auto limit = static_cast<std::int64_t>(std::min<std::uint64_t>(memory, std::uint64_t{1} << 62));
  if (plan.bytes <= limit) return plan;
  const std::string too_large =
      fmt::format("an item of shape {} needs {} of memory whole, and {} may be used", to_string(data.shape),
                  size_text(static_cast<double>(plan.bytes)), size_text(static_cast<double>(limit)));
  try {
    plan.streaming = plan_streaming(program, plan.signatures);
  } catch (const UsageError& error) {
    throw UsageError(fmt::format("{}; {}", too_large, error.what()));
  }
  const StreamingBytes bytes = streaming_bytes(program, plan.signatures, plan.streaming);
  const std::int64_t rows = rows_of(data.shape);
  plan.streams = true;
  plan.passes = plan.streaming.passes;
  for (std::int64_t block = 1; block <= rows; block *= 2) {
    const std::int64_t need = with_rounding(block * bytes.of_row + bytes.resident);
    if (need > limit) break;
    plan.block_rows = block;
    plan.bytes = need;
  }
  if (plan.block_rows > 0) return plan;
  const auto text = [](std::int64_t count) { return size_text(static_cast<double>(count)); };
  const std::int64_t least = with_rounding(bytes.of_row + bytes.resident);
  throw UsageError(fmt::format(
      "{}; in blocks of rows it takes \"{} B\" at least: {} for one row, {} for what is whole beside it, and {} that "
      "the "
      "memory pool may add",
      too_large, least, text(bytes.of_row), text(bytes.resident), text(least - bytes.of_row - bytes.resident)));
}

}  // namespace tarn::apps::pipeline
