#include <unistd.h>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <hdf5.h>
#include <nlohmann/json.hpp>

#include "tarn/apps/cli/commands.hpp"
#include "tarn/apps/cli/own_runtime.hpp"
#include "tarn/apps/cli/print.hpp"
#include "tarn/apps/driver/json_text.hpp"
#include "tarn/apps/driver/run.hpp"
#include "tarn/core/environment.hpp"
#include "tarn/core/kokkos_compat.hpp"
#include "tarn/core/parallel/transport.hpp"
#include "tarn/core/runtime.hpp"
#include "tarn/core/version.hpp"
#include "tarn/io/hdf5/version.hpp"
#include "tarn/io/image/picture.hpp"

namespace tarn::cli {

namespace {

bool info_as_json = false;
std::string shown_root = "runs";

const char* thread_support_name(int level) {
  switch (level) {
    case MPI_THREAD_SINGLE:
      return "MPI_THREAD_SINGLE";
    case MPI_THREAD_FUNNELED:
      return "MPI_THREAD_FUNNELED";
    case MPI_THREAD_SERIALIZED:
      return "MPI_THREAD_SERIALIZED";
    default:
      return "MPI_THREAD_MULTIPLE";
  }
}

/// Whether runs can be made below a root: it can be written to, or made.
bool is_writable(std::filesystem::path folder) {
  folder = std::filesystem::absolute(folder);
  while (!std::filesystem::exists(folder) && folder.has_relative_path())
    folder = folder.parent_path();
  return access(folder.c_str(), W_OK) == 0;
}

nlohmann::ordered_json device_memory() {
  auto devices = nlohmann::ordered_json::array();
  for (const auto& device : environment::devices()) {
    devices.push_back(
        {{"number", device.number}, {"name", device.name}, {"total bytes", device.total}, {"free bytes", device.free}});
  }
  return devices;
}

nlohmann::ordered_json variables() {
  auto shown = nlohmann::ordered_json::object();
  for (const auto& [name, value] : environment::of_interest())
    shown[name] = value;
  return shown;
}

void add_mpi(nlohmann::ordered_json& info, const Runtime& runtime) {
  const auto& ranks = runtime.communicator();
  const Transport transport = choose_transport(ranks);
  int standard = 0, part = 0;
  MPI_Get_version(&standard, &part);
  info["mpi"] = mpi_version();
  info["mpi standard"] = fmt::format("{}.{}", standard, part);
  info["mpi thread support"] = thread_support_name(runtime.thread_support());
  info["mpi ranks"] = ranks.size();
  info["halo"] = transport.description();
  info["mpi says cuda"] = mpi_says_of_device_pointers();
  // Tried, not believed; where an MPI would crash on device memory, nothing was handed to it.
  info["device through mpi"] = transport.kind() == Transport::Kind::device_mpi && device_mpi_works(ranks);
}

void add_hdf5(nlohmann::ordered_json& info) {
  info["hdf5"] = io::hdf5_version();
#ifdef H5_HAVE_PARALLEL
  std::string built = "parallel";
#else
  std::string built = "one process";
#endif
  if (H5Zfilter_avail(H5Z_FILTER_DEFLATE) > 0) built += ", deflate";
  if (H5Zfilter_avail(H5Z_FILTER_SZIP) > 0) built += ", szip";
  info["hdf5 built with"] = built;
}

/// One fact as one line, or as indented lines below its name where there are several.
void print_rows(const std::string& key, const nlohmann::ordered_json& value) {
  if (value.is_object()) {
    print("{}\n", key);
    for (const auto& [name, text] : value.items())
      print("  {:<22} {}\n", name, text.get<std::string>());
    return;
  }
  if (value.is_array()) {
    print("{}\n", key);
    for (const auto& device : value) {
      print("  {}: {}, {:.1f} GiB, {:.1f} GiB free\n", device["number"].get<int>(), device["name"].get<std::string>(),
            device["total bytes"].get<double>() / (1 << 30), device["free bytes"].get<double>() / (1 << 30));
    }
    return;
  }
  print("{:<20} {}\n", key,
        value.is_boolean()  ? (value ? "yes" : "no")
        : value.is_string() ? value.get<std::string>()
                            : value.dump());
}

int run_info(int& argc, char**& argv) {
  const Runtime runtime(argc, argv, told_to_the_user());
  nlohmann::ordered_json info;
  info["tarn"] = version();
  info["commit"] = git_commit().empty() ? "unknown" : git_commit();
  info["sources"] = git_state();
  info["kokkos"] = kokkos_compat::version();
  info["kokkos built with"] = kokkos_compat::built_with();
  info["execution space"] = Space::name();
  info["device"] = device_name();
  info["devices"] = device_count();
  info["device memory"] = device_memory();
  const auto toolkit = environment::cuda_toolkit();
  info["cuda toolkit"] = toolkit ? toolkit->string() : "none";
  add_mpi(info, runtime);
  add_hdf5(info);
  info["pictures"] = io::images_available();
  info["root"] = shown_root;
  info["root writable"] = is_writable(shown_root);
  info["environment"] = variables();
  if (!runtime.communicator().is_root()) return apps::exit_code::done;
  if (info_as_json) {
    print("{}", apps::json_text(info));
    return apps::exit_code::done;
  }
  for (const auto& [key, value] : info.items())
    print_rows(key, value);
  return apps::exit_code::done;
}

}  // namespace

Command add_info(CLI::App& program) {
  auto* command = program.add_subcommand(
      "info", "versions, devices, environment, MPI and HDF5 of this build, and whether runs can be made");
  command->add_flag("--json", info_as_json, "print JSON");
  command->add_option("--root", shown_root, "the root that is looked at")->capture_default_str();
  return {command, run_info};
}

}  // namespace tarn::cli
