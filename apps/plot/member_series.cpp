#include "tarn/apps/plot/member_series.hpp"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "tarn/io/error.hpp"
#include "tarn/io/files/file_operations.hpp"
#include "tarn/io/hdf5/any_dataset.hpp"
#include "tarn/io/hdf5/attribute.hpp"
#include "tarn/io/hdf5/file.hpp"

namespace tarn::plot {

namespace fs = std::filesystem;
namespace hdf5 = io::hdf5;

namespace {

template <class Number>
std::vector<Number> numbers_in(const hdf5::Object& root, const std::string& path, hdf5::NumberType type) {
  const auto dataset = hdf5::open_any_dataset(root, path);
  if (dataset.dims.size() != 1) throw io::Corrupt(root.file, path + " is no row of numbers");
  std::vector<Number> values(dataset.dims.front());
  hdf5::read_any(dataset, {{0}, dataset.dims}, type, values.data());
  return values;
}

/// The place of a run's name among those in a batch's list.
std::optional<std::uint64_t> place_in(const fs::path& list, const std::string& name) {
  const auto file = io::open_regular_file(list);
  if (!file) return {};
  const auto json = nlohmann::json::parse(file->read_all(), nullptr, false);
  if (!json.is_object() || !json.contains("members") || !json["members"].is_array()) return {};
  const auto& members = json["members"];
  const auto found = std::find(members.begin(), members.end(), nlohmann::json(name));
  if (found == members.end()) return {};
  return static_cast<std::uint64_t>(found - members.begin());
}

}  // namespace

std::optional<std::uint64_t> members_in(const fs::path& file) {
  try {
    const auto root = hdf5::open_file(file);
    hdf5::open_group(root, "t0_fields");
    return static_cast<std::uint64_t>(std::max<std::int64_t>(0, hdf5::read_int(root, "n_trajectories")));
  } catch (const io::FileError&) {  // another file, or none that can be read: that is told where it is read
    return {};
  }
}

Series series_of_member(const fs::path& file, std::uint64_t member) {
  const auto root = hdf5::open_file(file);
  const auto steps = numbers_in<std::int64_t>(root, "/dimensions/step", hdf5::NumberType::int64);
  const auto times = numbers_in<double>(root, "/dimensions/time", hdf5::NumberType::float64);
  if (steps.size() != times.size() || steps.empty()) throw io::Corrupt(file, "has not as many steps as times, or none");
  Series series{file.stem().string(), {}};
  for (std::size_t n = 0; n < steps.size(); ++n)
    series.snapshots.push_back({file, steps[n], times[n], false, MemberPlace{member, n}});
  return series;
}

std::optional<BatchPlace> batch_of(const fs::path& run) {
  std::error_code none;
  const fs::path real = fs::weakly_canonical(run, none);
  const fs::path directory = real.has_filename() ? real : real.parent_path();
  for (const auto& entry : fs::directory_iterator(directory.parent_path(), none)) {
    const std::string name = entry.path().filename().string();
    if (!name.starts_with("batch-")) continue;
    if (const auto member = place_in(entry.path() / "batch.json", directory.filename().string())) {
      const fs::path as_given = run.lexically_normal() / ".." / name;  // a path that the user knows
      return BatchPlace{as_given.lexically_normal(), *member};
    }
  }
  return {};
}

std::optional<fs::path> series_file_of_batch(const io::RunView& run) {
  for (const auto& entry : run.files("dataset")) {
    const fs::path file = run.path() / entry.file;
    if (fs::path(entry.file).begin()->string() == "series" && members_in(file)) return file;
  }
  return {};
}

std::vector<Series> series_in_batch(const BatchPlace& place) {
  std::vector<Series> found;
  std::error_code none;
  for (const auto& entry : fs::directory_iterator(place.batch / "series", none)) {
    const auto members = entry.path().extension() == ".h5" ? members_in(entry.path()) : std::nullopt;
    if (members && place.member < *members) found.push_back(series_of_member(entry.path(), place.member));
  }
  std::sort(found.begin(), found.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
  return found;
}

}  // namespace tarn::plot
