#include <unistd.h>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "tarn/apps/cli/commands.hpp"
#include "tarn/apps/driver/run.hpp"
#include "tarn/core/kokkos_compat.hpp"
#include "tarn/core/parallel/device_mpi.hpp"
#include "tarn/core/runtime.hpp"
#include "tarn/core/version.hpp"
#include "tarn/io/hdf5/version.hpp"
#include "tarn/io/image/picture.hpp"

namespace tarn::cli {

namespace {

bool as_json = false;
std::string root = "runs";

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

int run(int& argc, char**& argv) {
  const Runtime runtime(argc, argv);
  const auto& ranks = runtime.communicator();
  const MpiBuffers buffers = choose_mpi_buffers(ranks);
  nlohmann::ordered_json info;
  info["tarn"] = version();
  info["kokkos"] = kokkos_compat::version();
  info["execution space"] = Space::name();
  info["device"] = device_name();
  info["devices"] = device_count();
  info["mpi"] = mpi_version();
  info["mpi thread support"] = thread_support_name(runtime.thread_support());
  info["mpi ranks"] = ranks.size();
  info["mpi buffers"] = describe(buffers);
  info["hdf5"] = io::hdf5_version();
  info["pictures"] = io::images_available();
  info["root"] = root;
  info["root writable"] = is_writable(root);
  if (!ranks.is_root()) return apps::exit_code::done;
  if (as_json) {
    fmt::print("{}\n", info.dump(2));
    return apps::exit_code::done;
  }
  for (const auto& [key, value] : info.items()) {
    const std::string text = value.is_boolean()  ? (value ? "yes" : "no")
                             : value.is_string() ? value.get<std::string>()
                                                 : value.dump();
    fmt::print("{:<20} {}\n", key, text);
  }
  return apps::exit_code::done;
}

}  // namespace

Command add_info(CLI::App& program) {
  auto* command =
      program.add_subcommand("info", "versions, devices, MPI and HDF5 of this build, and whether runs can be made");
  command->add_flag("--json", as_json, "print JSON");
  command->add_option("--root", root, "the root that is looked at")->capture_default_str();
  return {command, run};
}

}  // namespace tarn::cli
