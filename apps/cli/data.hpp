#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "tarn/io/store/managed_root.hpp"
#include "tarn/io/store/manifest.hpp"

namespace tarn::cli {

/// What a `tarn data` command was asked for.
struct DataRequest {
  std::string path;  ///< if none is given, "runs", or "." beneath a root
  std::string root;  ///< the path is beneath it; empty: the path is an ordinary one
  bool as_json = false, do_it = false, force = false, superseded = false;
  std::string shape, random = "uniform", dtype = "double", format, output;
  std::uint64_t seed = 0;
  int count = 0;
};

/// Something in a managed directory.
struct DataTarget {
  io::ManagedRoot root;
  std::string relative;  ///< beneath the root, with '/'; empty for the root itself
  std::string owner;     ///< the run or set that it is or is in; empty: none, or the root itself
  bool owned = false;    ///< whether there is such a run or set
  std::string file;      ///< within that; empty: the run or set itself
  std::filesystem::path path() const { return relative.empty() ? root.path : root.path / relative; }
  std::filesystem::path owner_path() const { return owner.empty() ? root.path : root.path / owner; }
};

/// What is to be done with a target: to read it, it may be anybody's; `remove` does not go through `latest`, which may
/// point at another run by then.
enum class DataUse { read, change, remove };

/// Finds what a request names. Nothing is reached through a link but the root itself, and the run that `latest` in it
/// points at.
/// @throws NotManaged, PathEscape, Io
DataTarget find_target(const DataRequest& request, DataUse use);

/// Likewise a run or a set of datasets, or what is in one.
/// @throws NotManaged for what is neither, and as find_target()
DataTarget find_owned(const DataRequest& request, DataUse use);

/// The runs and sets of a root, sorted, as paths beneath it; "" for a root that is one itself.
/// @param[out] unreadable  a line is added for each directory whose mark cannot be read
std::vector<std::string> owners_in(const io::ManagedRoot& root, std::vector<std::string>& unreadable);

// Each is one command; returns the exit code.
int data_list(const DataRequest& request);
int data_show(const DataRequest& request);
int data_disk_use(const DataRequest& request);
int data_make(const DataRequest& request, int& argc, char**& argv);
int data_verify(const DataRequest& request, int& argc, char**& argv);
int data_pin(const DataRequest& request, bool pinned);
int data_unlock(const DataRequest& request);
int data_remove(const DataRequest& request);
int data_collect(const DataRequest& request);
int data_export(const DataRequest& request);

}  // namespace tarn::cli
