// How fast arrays are: elementwise expressions, reductions, products, allocations and transfers.
//   tarn_benchmarks_arrays              every case at its own sizes, a JSON line for each
//   tarn_benchmarks_arrays --requests   reads lines "case type size repeats" and answers each with a JSON line, so that
//                                       compare.py can measure in turns with another library
// A line: {"case", "type", "size", "seconds" (the median), "all_seconds", "bytes_per_second" or
// "operations_per_second" or "seconds_per_value" where they say something}. The first line names the device and the
// peak.

#include <algorithm>
#include <iostream>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "arrays/cases.hpp"

namespace tarn::benchmarks {

std::uint64_t next_seed() {
  static std::uint64_t seed = 0;
  return ++seed;
}

namespace {

struct Request {
  std::string name, type;
  std::int64_t size = 0;
  int repeats = 0;
};

/// Runs cases, and keeps the last one ready for the next request.
class Bench {
 public:
  explicit Bench(const Runtime& runtime) : runtime_(runtime) {
    add_elementwise(cases_);
    add_functions(cases_);
    add_reductions(cases_);
    add_axes(cases_);
    add_matmul(cases_);
    add_memory(cases_);
  }

  const Cases& cases() const { return cases_; }

  /// The answer to a request: a JSON line.
  std::string run(const Request& request) {
    const auto found = cases_.find(request.name + " " + request.type);
    if (found == cases_.end()) return R"({"error": "no such case"})";
    prepare(found->second, fmt::format("{} {}", found->first, request.size));
    std::vector<double> seconds;
    for (int n = 0; n < request.repeats; ++n)
      seconds.push_back(prepared_->measure());
    return to_json(request, seconds);
  }

 private:
  void prepare(const Prepare& make, const std::string& key) {
    if (prepared_ && key_ == key) return;
    prepared_.reset();  // its memory may be wanted
    runtime_.pool().release_unused();
    const auto size = std::stoll(key.substr(key.rfind(' ') + 1));
    prepared_ = make(runtime_, size);
    key_ = key;
    prepared_->measure();  // first touch, first launch
  }

  std::string to_json(const Request& request, std::vector<double> seconds) const {
    std::string line = fmt::format(R"({{"case": "{}", "type": "{}", "size": {}, "all_seconds": [{:.9f}])", request.name,
                                   request.type, request.size, fmt::join(seconds, ", "));
    std::nth_element(seconds.begin(), seconds.begin() + request.repeats / 2, seconds.end());
    const double median = seconds[seconds.size() / 2];
    line += fmt::format(R"(, "seconds": {:.9f})", median);
    if (prepared_->bytes > 0) line += fmt::format(R"(, "bytes_per_second": {:.6g})", prepared_->bytes / median);
    if (prepared_->operations > 0)
      line += fmt::format(R"(, "operations_per_second": {:.6g})", prepared_->operations / median);
    if (prepared_->values > 0) line += fmt::format(R"(, "seconds_per_value": {:.6g})", median / prepared_->values);
    return line + "}";
  }

  const Runtime& runtime_;
  Cases cases_;
  std::optional<Prepared> prepared_;
  std::string key_;
};

/// A size for a case that nobody asked a size for: past the caches.
std::int64_t usual_size(const std::string& name) {
  const std::int64_t large = detail::space_is_gpu ? std::int64_t{1} << 28 : std::int64_t{1} << 24;
  if (name == "cells") return 256;
  if (name.find("_axis_") != std::string::npos) return 12;
  if (name.starts_with("matmul")) return detail::space_is_gpu ? 4096 : 1024;
  if (name.starts_with("pool")) return 1 << 20;
  return large;
}

void answer_requests(Bench& bench) {
  for (std::string line; std::getline(std::cin, line);) {
    Request request;
    std::istringstream words(line);
    if (words >> request.name >> request.type >> request.size >> request.repeats && request.repeats > 0) {
      fmt::print("{}\n", bench.run(request));
    } else {
      fmt::print("{{\"error\": \"a request is: case type size repeats\"}}\n");
    }
    std::fflush(stdout);
  }
}

void run_all(Bench& bench) {
  for (const auto& [key, prepare] : bench.cases()) {
    const auto space = key.find(' ');
    const std::string name = key.substr(0, space);
    fmt::print("{}\n", bench.run({name, key.substr(space + 1), usual_size(name), 7}));
    std::fflush(stdout);
  }
}

}  // namespace
}  // namespace tarn::benchmarks

int main(int argc, char** argv) {
  const tarn::Runtime runtime(argc, argv);
  tarn::benchmarks::Bench bench(runtime);
  fmt::print("{{\"device\": \"{}\", \"gpu\": {}}}\n", tarn::device_name(), tarn::detail::space_is_gpu);
  std::fflush(stdout);
  if (argc > 1 && std::string(argv[1]) == "--requests") {
    answer_requests(bench);
  } else {
    run_all(bench);
  }
  return 0;
}
