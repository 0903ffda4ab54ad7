#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <system_error>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include "tarn/apps/cli/data.hpp"
#include "tarn/apps/cli/print.hpp"
#include "tarn/apps/cli/progress.hpp"
#include "tarn/apps/driver/json_text.hpp"
#include "tarn/apps/driver/run.hpp"
#include "tarn/apps/driver/units.hpp"
#include "tarn/io/deck/printable.hpp"
#include "tarn/io/error.hpp"
#include "tarn/io/files/file_operations.hpp"
#include "tarn/io/files/shell_words.hpp"
#include "tarn/io/files/writable.hpp"
#include "tarn/io/hdf5/attribute.hpp"
#include "tarn/io/hdf5/file.hpp"
#include "tarn/io/store/dataset_file.hpp"

namespace tarn::cli {

namespace {

namespace fs = std::filesystem;

/// Writes a new file aside and renames it to its place: a file of its name is whole, or there is none.
template <class Write>
void write_new(const fs::path& path, const Write& write) {
  const auto refuse = [&] { io::throw_errno(path, "create the file", EEXIST); };
  if (std::error_code none; fs::exists(fs::symlink_status(path, none))) refuse();
  const fs::path aside = path.parent_path() / fmt::format(".{}.{}.tmp", path.filename().string(), ::getpid());
  auto file = io::FileDescriptor::create_new(aside);
  try {
    write(file);
    file.sync();
    file.close();
    if (!io::rename_without_replacing(aside, path)) refuse();
  } catch (...) {
    ::unlink(aside.c_str());
    throw;
  }
}

/// Looked at before anything is read.
/// @throws Io for a file that is there, and where none can be made
void check_targets(const std::vector<fs::path>& targets) {
  for (const auto& target : targets) {
    std::error_code none;
    if (fs::exists(fs::symlink_status(target, none))) io::throw_errno(target, "create the file", EEXIST);
  }
  const fs::path folder = targets.front().parent_path();
  if (!folder.empty() && !fs::exists(folder)) throw io::Io(folder, "there is no such folder", ENOENT);
  io::require_writable(folder);
}

std::string numpy_type(io::DatasetType type) {
  using io::DatasetType;
  const char* kind = "u";
  if (type == DatasetType::bool8) kind = "b";
  if (type == DatasetType::int8 || type == DatasetType::int16 || type == DatasetType::int32 ||
      type == DatasetType::int64) {
    kind = "i";
  }
  if (type == DatasetType::float16 || type == DatasetType::float32 || type == DatasetType::float64) kind = "f";
  if (type == DatasetType::complex64 || type == DatasetType::complex128) kind = "c";
  const std::size_t bytes = bytes_of(type);
  return fmt::format("{}{}{}", bytes == 1 ? "|" : "<", kind, bytes);
}

/// The header of version 1.0 of NumPy's format: padded so that the values start at a multiple of 64 bytes.
std::string numpy_header(const io::DatasetDescription& dataset) {
  std::string text =
      fmt::format("{{'descr': '{}', 'fortran_order': False, 'shape': ({}{}), }}", numpy_type(dataset.type),
                  fmt::join(dataset.shape, ", "), dataset.shape.empty() ? "" : ",");
  constexpr std::size_t before = 10, alignment = 64;
  text.append(alignment - (before + text.size() + 1) % alignment, ' ');
  text += '\n';
  std::string header("\x93NUMPY\x01\x00", 8);
  header += static_cast<char>(text.size() & 0xff);
  header += static_cast<char>(text.size() >> 8);
  return header + text;
}

/// Whether a dataset of a snapshot holds values of cells, rather than coordinates that only describe them.
bool is_field(const io::DatasetDescription& dataset) {
  return dataset.path.rfind("/data/", 0) == 0 && dataset.path.find("/fields/") != std::string::npos;
}

/// The fields of a snapshot; all datasets of any other file.
std::vector<io::DatasetDescription> datasets_of(const fs::path& file) {
  auto datasets = io::describe_datasets(file);
  const bool snapshot = std::any_of(datasets.begin(), datasets.end(), is_field);
  if (snapshot) std::erase_if(datasets, [](const auto& dataset) { return !is_field(dataset); });
  if (datasets.empty()) throw io::Missing(file, "holds no datasets to export");
  return datasets;
}

std::string last_name(const std::string& path) {
  return path.substr(path.rfind('/') + 1);
}

double bytes_of_all(const std::vector<io::DatasetDescription>& datasets) {
  double all = 0;
  for (const auto& dataset : datasets) {
    auto bytes = static_cast<double>(bytes_of(dataset.type));
    for (const auto length : dataset.shape)
      bytes *= static_cast<double>(length);
    all += bytes;
  }
  return all;
}

/// @param told  whether each file is printed once it is there
/// @returns the files
std::vector<fs::path> export_numpy(const fs::path& file, const std::string& output, bool told) {
  const auto datasets = datasets_of(file);
  std::vector<fs::path> targets{output};
  if (datasets.size() > 1) {
    targets.clear();
    for (const auto& dataset : datasets) {
      const fs::path first = output;
      targets.push_back(first.parent_path() / fmt::format("{}-{}.npy", first.stem().string(), last_name(dataset.path)));
    }
  }
  check_targets(targets);
  const double all = bytes_of_all(datasets);
  double done = 0;
  ProgressLine line(stderr, ProgressLine::AtEnd::erase);
  for (std::size_t n = 0; n < datasets.size(); ++n) {
    const auto& dataset = datasets[n];
    write_new(targets[n], [&](const io::FileDescriptor& out) {
      out.write(numpy_header(dataset));
      io::read_dataset(file, dataset.path, [&](std::uint64_t, const void* values, std::size_t bytes) {
        out.write({static_cast<const char*>(values), bytes});
        done += static_cast<double>(bytes);
        if (!line.due()) return;
        const std::string amount = fmt::format("{} of {}", apps::size_text(done), apps::size_text(all));
        line.show({.done = done, .total = all, .facts = {amount, io::printable(dataset.path)}});
      });
      line.finish();
    });
    if (told) print("{}\n", io::path_text(targets[n]));
  }
  return targets;
}

/// Origin and spacing of the cells' lower corners, slowest axis first, and the time; unit cells where the file tells
/// none.
struct Mesh {
  std::vector<double> origin, spacing;
  double time = 0;
};

Mesh mesh_of(const fs::path& file, const io::DatasetDescription& dataset) {
  Mesh mesh{std::vector<double>(dataset.shape.size(), 0), std::vector<double>(dataset.shape.size(), 1), 0};
  if (!is_field(dataset)) return mesh;
  const auto root = io::hdf5::open_file(file);
  const auto data = io::hdf5::open_group(root, "data");
  const auto step = io::hdf5::open_group(data, io::hdf5::member_names(data).at(0));
  const auto fields = io::hdf5::open_group(step, "fields");
  mesh.time = io::hdf5::read_double(step, "time");
  mesh.origin = io::hdf5::read_doubles(fields, "lower", dataset.shape.size());
  mesh.spacing = io::hdf5::read_doubles(fields, "spacing", dataset.shape.size());
  std::reverse(mesh.origin.begin(), mesh.origin.end());
  std::reverse(mesh.spacing.begin(), mesh.spacing.end());
  return mesh;
}

std::string escaped(const std::string& text) {
  std::string result;
  for (const char c : text)
    result += c == '&' ? "&amp;" : c == '<' ? "&lt;" : c == '>' ? "&gt;" : c == '"' ? "&quot;" : std::string(1, c);
  return result;
}

/// XDMF's name; it has none for half and for complex numbers.
const char* number_type(io::DatasetType type) {
  using io::DatasetType;
  switch (type) {
    case DatasetType::bool8:
    case DatasetType::uint8:
      return "UChar";
    case DatasetType::int8:
      return "Char";
    case DatasetType::uint16:
    case DatasetType::uint32:
    case DatasetType::uint64:
      return "UInt";
    case DatasetType::float32:
    case DatasetType::float64:
      return "Float";
    case DatasetType::float16:
    case DatasetType::complex64:
    case DatasetType::complex128:
      throw UsageError(fmt::format("XDMF has no {}; --format npy has", io::name_of(type)));
    default:
      return "Int";
  }
}

/// XDMF knows uniform grids of two and three dimensions; a line becomes a row of cells one unit high.
std::string xdmf_of(const fs::path& file, const fs::path& target, const std::vector<io::DatasetDescription>& datasets) {
  const auto& first = datasets.front();
  const Mesh mesh = mesh_of(file, first);
  if (first.shape.empty()) throw UsageError("XDMF has grids, and no single number");
  if (first.shape.size() > 3) throw UsageError("XDMF has grids of at most three dimensions");
  const bool line = first.shape.size() == 1;
  std::vector<std::uint64_t> cells = first.shape;
  std::vector<double> origin = mesh.origin, spacing = mesh.spacing;
  if (line) cells.insert(cells.begin(), 1), origin.insert(origin.begin(), 0), spacing.insert(spacing.begin(), 1);
  std::vector<std::uint64_t> corners = cells;
  for (auto& count : corners)
    ++count;
  const std::string axes = cells.size() == 2 ? "DXDY" : "DXDYDZ";
  const fs::path beside = fs::proximate(file, fs::absolute(target).parent_path());
  std::string text = fmt::format(
      "<?xml version=\"1.0\"?>\n<Xdmf Version=\"3.0\">\n<Domain>\n<Grid Name=\"tarn\" GridType=\"Uniform\">\n"
      "<Time Value=\"{}\"/>\n<Topology TopologyType=\"{}DCoRectMesh\" Dimensions=\"{}\"/>\n"
      "<Geometry GeometryType=\"ORIGIN_{}\">\n<DataItem Format=\"XML\" Dimensions=\"{}\">{}</DataItem>\n"
      "<DataItem Format=\"XML\" Dimensions=\"{}\">{}</DataItem>\n</Geometry>\n",
      mesh.time, cells.size(), fmt::join(corners, " "), axes, origin.size(), fmt::join(origin, " "), spacing.size(),
      fmt::join(spacing, " "));
  for (const auto& dataset : datasets) {
    if (dataset.shape != first.shape) continue;  // not on this grid
    text += fmt::format(
        "<Attribute Name=\"{}\" AttributeType=\"Scalar\" Center=\"Cell\">\n<DataItem Format=\"HDF\" NumberType=\"{}\" "
        "Precision=\"{}\" Dimensions=\"{}\">{}:{}</DataItem>\n</Attribute>\n",
        escaped(last_name(dataset.path)), number_type(dataset.type), bytes_of(dataset.type), fmt::join(cells, " "),
        escaped(beside.string()), escaped(dataset.path));
  }
  return text + "</Grid>\n</Domain>\n</Xdmf>\n";
}

}  // namespace

int data_export(const DataRequest& request) {
  const DataTarget target = find_target(request, DataUse::read);
  if (target.file.empty()) throw io::Missing(target.path(), "is not a file of a run or of a set of datasets");
  const fs::path file = target.path();
  std::vector<fs::path> written{request.output};
  if (request.format == "npy") {
    written = export_numpy(file, request.output, !request.as_json);
  } else {
    check_targets(written);
    const std::string text = xdmf_of(file, request.output, datasets_of(file));
    write_new(request.output, [&](const io::FileDescriptor& out) { out.write(text); });
    if (!request.as_json) print("{}\n", request.output);
  }
  if (request.as_json) {
    auto files = nlohmann::ordered_json::array();
    for (const auto& path : written)
      files.push_back(path.string());
    print("{}", apps::json_text({{"from", file.string()}, {"format", request.format}, {"files", files}}));
  }
  return apps::exit_code::done;
}

}  // namespace tarn::cli
