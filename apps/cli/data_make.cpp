#include <charconv>
#include <cstring>
#include <limits>
#include <optional>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "tarn/apps/cli/data.hpp"
#include "tarn/apps/cli/end_together.hpp"
#include "tarn/apps/cli/own_runtime.hpp"
#include "tarn/apps/cli/print.hpp"
#include "tarn/apps/cli/progress.hpp"
#include "tarn/apps/driver/json_text.hpp"
#include "tarn/apps/driver/run.hpp"
#include "tarn/core/runtime.hpp"
#include "tarn/io/deck/counted.hpp"
#include "tarn/io/error.hpp"
#include "tarn/io/files/shell_words.hpp"
#include "tarn/io/store/agree.hpp"
#include "tarn/io/store/dataset_file.hpp"
#include "tarn/io/store/names.hpp"
#include "tarn/io/store/pending_file.hpp"
#include "tarn/ops/random/philox.hpp"

namespace tarn::cli {

namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

/// @param text  such as "1000x1000", one to four lengths
/// @throws UsageError
std::vector<std::uint64_t> shape_of(const std::string& text) {
  constexpr std::size_t most_axes = 4;
  std::vector<std::uint64_t> shape;
  double size = 1;
  for (std::size_t start = 0; start <= text.size();) {
    const auto end = std::min(text.find('x', start), text.size());
    std::uint64_t length = 0;
    const auto [rest, error] = std::from_chars(text.data() + start, text.data() + end, length);
    if (error != std::errc{} || rest != text.data() + end || length == 0) {
      throw UsageError(fmt::format("--shape {}: lengths of 1 or more, such as 1000x1000, are expected", text));
    }
    shape.push_back(length);
    size *= static_cast<double>(length);
    start = end + 1;
  }
  if (shape.size() > most_axes) throw UsageError(fmt::format("--shape {}: at most {} axes", text, most_axes));
  if (size > 1e15) throw UsageError(fmt::format("--shape {}: that is more than any disk holds", text));
  return shape;
}

template <class T>
void fill(std::uint64_t seed, std::uint64_t stream, std::uint64_t first, std::uint64_t count, void* values) {
  auto* out = static_cast<T*>(values);
  for (std::uint64_t n = 0; n < count; ++n) {
    const double number = ops::uniform(seed, stream, first + n);
    if constexpr (std::is_floating_point_v<T>) {
      // A double just below 1 rounds up to 1 as a float, which is not below 1.
      out[n] = std::min(static_cast<T>(number), std::nextafter(T{1}, T{0}));
    } else {
      constexpr auto lowest = static_cast<double>(std::numeric_limits<T>::min());
      constexpr double span = static_cast<double>(std::numeric_limits<T>::max()) - lowest;
      out[n] = static_cast<T>(std::min(std::floor(lowest + number * span), static_cast<double>(1ull << 62)));
    }
  }
}

io::FillElements filler(io::DatasetType type, std::uint64_t seed, std::uint64_t stream) {
  return [=](std::uint64_t first, std::uint64_t count, void* values) {
    switch (type) {
      case io::DatasetType::float32:
        return fill<float>(seed, stream, first, count, values);
      case io::DatasetType::float64:
        return fill<double>(seed, stream, first, count, values);
      case io::DatasetType::int32:
        return fill<std::int32_t>(seed, stream, first, count, values);
      case io::DatasetType::int64:
        return fill<std::int64_t>(seed, stream, first, count, values);
      default:
        return fill<std::uint8_t>(seed, stream, first, count, values);
    }
  };
}

std::uint64_t size_bound(const io::DatasetDescription& dataset) {
  constexpr std::uint64_t header = 1 << 20;
  std::uint64_t bytes = bytes_of(dataset.type);
  for (const auto length : dataset.shape)
    bytes *= length;
  return bytes + bytes / 8 + header;  // whole chunks, checksums, the index of chunks
}

/// Tells how much of the datasets is made; `fill` is called on rank 0 alone.
io::FillElements shown(const DataRequest& request, const io::DatasetDescription& dataset, int number,
                       ProgressLine& line, io::FillElements fill) {
  double elements = 1;
  for (const auto length : dataset.shape)
    elements *= static_cast<double>(length);
  const int files = std::max(request.count, 1);
  return [=, &line, fill = std::move(fill)](std::uint64_t first, std::uint64_t count, void* values) {
    fill(first, count, values);
    if (!line.due()) return;
    line.show({.done = elements * number + static_cast<double>(first + count),
               .total = elements * files,
               .facts = {fmt::format("{} of {}", number, io::counted(files, "file"))}});
  };
}

/// What became of one file.
struct Made {
  std::string file;
  io::PendingFile::Outcome outcome;
};

/// "made" and so on, as JSON has it.
const char* name_of(io::PendingFile::Outcome outcome) {
  if (outcome == io::PendingFile::Outcome::committed) return "made";
  return outcome == io::PendingFile::Outcome::already ? "was_there" : "made_beside_superseded";
}

/// Rank 0 writes: datasets are made once, and the disk is what takes the time.
Made make_dataset(const Communicator& ranks, const io::RunDirectory& set, int number, const DataRequest& request,
                  const io::DatasetDescription& dataset, ProgressLine& line) {
  const std::string name = fmt::format("data_{:04}.h5", number);
  io::PendingFile pending(ranks, set, name, size_bound(dataset));
  io::agree_on_root(ranks, [&] {
    const auto fill = filler(dataset.type, request.seed, static_cast<std::uint64_t>(number));
    io::write_dataset_file(pending.path(), dataset, shown(request, dataset, number, line, fill));
  });
  pending.sync();
  io::ManifestEntry entry;
  entry.kind = "dataset";
  const auto outcome = pending.commit(entry, [&](const fs::path& file) {
    std::vector<io::DatasetHash> hashes{{dataset.path, ""}};
    io::agree_on_root(ranks, [&] { hashes = io::hash_datasets(file); });
    return hashes;
  });
  const Made made{(set.path() / name).string(), outcome};
  if (!ranks.is_root()) return made;
  line.finish();
  const char* what = outcome == io::PendingFile::Outcome::committed ? "made"
                     : outcome == io::PendingFile::Outcome::already ? "was there, with the same values:"
                                                                    : "made, and another of its name set aside:";
  if (!request.as_json) print("{} {}\n", what, io::path_text(made.file));
  return made;
}

Json json_of(const fs::path& directory, const std::vector<std::string>& notes, const std::vector<Made>& files) {
  Json json{{"directory", directory.string()}, {"notes", notes}, {"files", Json::array()}};
  for (const Made& made : files)
    json["files"].push_back({{"file", made.file}, {"outcome", name_of(made.outcome)}});
  return json;
}

}  // namespace

int data_make(const DataRequest& request, int& argc, char**& argv) {
  const fs::path path = request.root.empty() ? fs::path(request.path) : fs::path(request.root) / request.path;
  if (!request.root.empty() && !io::is_relative_name(request.path)) {
    throw io::PathEscape(request.path, "is not a path beneath the managed directory " + io::path_text(request.root));
  }
  if (request.shape.empty()) {
    const io::ManagedRoot root = io::make_managed_root(path);
    const std::string note = root.note();
    if (request.as_json) {
      const auto notes = note.empty() ? std::vector<std::string>{} : std::vector{note};
      print("{}", apps::json_text(json_of(root.path, notes, {})));
      return apps::exit_code::done;
    }
    print("{}\n", note.empty() ? io::path_text(root.path) + " is a managed directory already" : note);
    return apps::exit_code::done;
  }
  const io::DatasetDescription dataset{"/data", io::dataset_type_of(request.dtype), shape_of(request.shape)};
  const Runtime runtime(argc, argv, told_to_the_user());
  return end_together(runtime, [&] {
    const auto& ranks = runtime.communicator();
    if (!request.root.empty()) io::agree_on_root(ranks, [&] { io::make_managed_root(request.root); });
    const auto set = io::RunDirectory::open_set(ranks, path);
    for (const auto& note : set.notes()) {
      if (!request.as_json) print("{}\n", note);
    }
    std::vector<Made> files;
    ProgressLine line(stderr, ProgressLine::AtEnd::erase);
    for (int number = 0; number < std::max(request.count, 1); ++number)
      files.push_back(make_dataset(ranks, set, number, request, dataset, line));
    if (request.as_json && ranks.is_root()) print("{}", apps::json_text(json_of(set.path(), set.notes(), files)));
    return apps::exit_code::done;
  });
}

}  // namespace tarn::cli
