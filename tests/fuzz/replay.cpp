// Tries every input that is kept: `tarn_fuzz_replay CORPORA`, a folder with one folder for each target; or
// `tarn_fuzz_replay TARGET FILE...`, for what a fuzzer has found. Any compiler builds it. The name of each file is
// printed before it is tried, so that the last one is the one that ended the process.
#include <filesystem>
#include <fstream>
#include <iterator>

#include <fmt/format.h>

#include "tarn/tests/fuzz/harness.hpp"

namespace {

namespace fs = std::filesystem;

/// One kind of input, by the name of its folder.
struct Target {
  const char* name;
  void (*run)(std::string_view);
};
constexpr Target targets[] = {{"deck", tarn::fuzz::try_deck},
                              {"formula", tarn::fuzz::try_formula},
                              {"manifest", tarn::fuzz::try_manifest},
                              {"run_json", tarn::fuzz::try_run_json}};

std::string content_of(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

/// What ends a process tells nothing of the input, so its name goes ahead of it.
void try_file(const Target& target, const fs::path& file) {
  fmt::print("{} {}\n", target.name, file.string());
  std::fflush(stdout);
  target.run(content_of(file));
}

int try_folder(const Target& target, const fs::path& folder) {
  int inputs = 0;
  for (const auto& entry : fs::directory_iterator(folder)) {
    try_file(target, entry.path());
    ++inputs;
  }
  return inputs;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc == 2) {
    for (const Target& target : targets) {
      if (try_folder(target, fs::path(argv[1]) / target.name) > 0) continue;
      fmt::print(stderr, "{}/{} has no inputs\n", argv[1], target.name);
      return 1;
    }
    return 0;
  }
  for (const Target& target : targets) {
    if (argc < 3 || std::string(argv[1]) != target.name) continue;
    for (int n = 2; n < argc; ++n)
      try_file(target, argv[n]);
    return 0;
  }
  fmt::print(stderr, "usage: tarn_fuzz_replay CORPORA | deck|formula|manifest|run_json FILE...\n");
  return 2;
}
