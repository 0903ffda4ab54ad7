#include "tarn/io/hdf5/file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "tarn/io/error.hpp"
#include "tarn/io/files/file_operations.hpp"

namespace tarn::io::hdf5 {

namespace fs = std::filesystem;

namespace {

Hid property_list(hid_t kind) {
  return {H5Pcreate(kind), H5Pclose};
}

/// A damaged group may list itself without end.
constexpr std::size_t most_members = 100000;

/// The first bytes of a file's header, the superblock.
struct Head {
  std::array<unsigned char, 56> bytes{};
  std::size_t count = 0;  ///< that the file has
};

Head read_head(const FileDescriptor& file, const fs::path& path, std::uint64_t place) {
  Head head;
  const ssize_t count = ::pread(file.get(), head.bytes.data(), head.bytes.size(), static_cast<off_t>(place));
  if (count < 0) throw_errno(path, "read the file", errno);
  head.count = static_cast<std::size_t>(count);
  return head;
}

/// Whether the bytes are an HDF5 file's first, as far as there are any.
bool has_signature(const Head& head) {
  constexpr std::array<unsigned char, 8> signature{0x89, 'H', 'D', 'F', '\r', '\n', 0x1a, '\n'};
  return std::memcmp(head.bytes.data(), signature.data(), std::min(signature.size(), head.count)) == 0;
}

/// Where the file ends as its header tells; 0 for unknown versions and for addresses that have not 8 bytes.
std::uint64_t end_in(const Head& head) {
  // Versions 2 and 3: 8 bytes signature, version, sizes of offsets and lengths, flags; base, extension, end. Versions 0
  // and 1 have more before the base, and the place of the free space instead of an extension.
  constexpr std::array<std::size_t, 4> base{24, 28, 12, 12};
  const std::size_t version = head.bytes[8];
  if (version >= base.size() || head.bytes[version < 2 ? 13 : 9] != 8) return 0;
  std::uint64_t end = 0;
  std::memcpy(&end, head.bytes.data() + base[version] + 16, sizeof end);
  return end;
}

/// @throws Truncated
void require_length(const fs::path& path, std::uint64_t size, const Head& head) {
  constexpr std::size_t shortest = 48;
  if (head.count < shortest) {
    throw Truncated(path, fmt::format("has {} bytes; the header of an HDF5 file has {}", size, shortest), 0,
                    {size, shortest, ""});
  }
  const std::uint64_t end = end_in(head);
  if (size < end) throw Truncated::of(path, size, end);
}

/// Checks signature and length of anybody's file: its header may stand behind 512, 1024, 2048, ... bytes that belong to
/// another program (a user block, as MATLAB's).
/// @throws Io, Truncated, Corrupt
void check_any_superblock(const fs::path& path) {
  constexpr std::uint64_t first_block = 512;
  const auto file = FileDescriptor::open(path, O_RDONLY);
  const std::uint64_t size = file.size();
  for (std::uint64_t place = 0; place == 0 || place < size; place = std::max(first_block, 2 * place)) {
    const Head head = read_head(file, path, place);
    if (has_signature(head)) return require_length(path, size, head);
  }
  throw Corrupt(path, "is not an HDF5 file");
}

herr_t append_name(hid_t, const char* name, const H5L_info_t*, void* target) {
  auto& names = *static_cast<std::vector<std::string>*>(target);
  names.emplace_back(name);
  return names.size() > most_members ? -1 : 0;
}

}  // namespace

std::uint64_t check_superblock(const fs::path& path) {
  const auto file = FileDescriptor::open(path, O_RDONLY);
  const std::uint64_t size = file.size();
  const Head head = read_head(file, path, 0);
  if (!has_signature(head)) throw Corrupt(path, "is not an HDF5 file");
  require_length(path, size, head);
  return head.bytes[8] < 2 ? 0 : end_in(head);
}

Object create_file(const fs::path& path, const Hid& access) {
  start_library();
  const Hid creation = property_list(H5P_FILE_CREATE);
  H5Pset_libver_bounds(access.get(), H5F_LIBVER_V110, H5F_LIBVER_V110);
  H5Pset_obj_track_times(creation.get(), false);
  H5Pset_attr_phase_change(creation.get(), attributes_in_header, 0);
  H5Pset_link_phase_change(creation.get(), links_in_header, 0);
  const hid_t id = checked(Doing::writing, path, "create the file",
                           [&] { return H5Fcreate(path.c_str(), H5F_ACC_TRUNC, creation.get(), access.get()); });
  return {Hid(id, H5Fclose), path, "/"};
}

Object open_file(const fs::path& path) {
  check_any_superblock(path);
  start_library();
  const NoPlugins none;
  const Hid access = property_list(H5P_FILE_ACCESS);
  H5Pset_file_locking(access.get(), false, true);
  const hid_t id = checked(Doing::reading, path, "open the file",
                           [&] { return H5Fopen(path.c_str(), H5F_ACC_RDONLY, access.get()); });
  return {Hid(id, H5Fclose), path, "/"};
}

Object create_group(const Object& parent, const std::string& name) {
  const std::string place = join(parent.name, name);
  const Hid creation = property_list(H5P_GROUP_CREATE);
  H5Pset_obj_track_times(creation.get(), false);
  H5Pset_attr_phase_change(creation.get(), attributes_in_header, 0);
  H5Pset_link_phase_change(creation.get(), links_in_header, 0);
  const hid_t id = checked(Doing::writing, parent.file, "create the group " + place, [&] {
    return H5Gcreate2(parent.id.get(), name.c_str(), H5P_DEFAULT, creation.get(), H5P_DEFAULT);
  });
  return {Hid(id, H5Gclose), parent.file, place};
}

Object open_group(const Object& parent, const std::string& name) {
  require_hard_link(parent, name);
  const std::string place = join(parent.name, name);
  const hid_t id = checked(Doing::reading, parent.file, "open the group " + place,
                           [&] { return H5Gopen2(parent.id.get(), name.c_str(), H5P_DEFAULT); });
  return {Hid(id, H5Gclose), parent.file, place};
}

std::vector<std::string> member_names(const Object& group) {
  std::vector<std::string> names;
  const SilentErrors silent;
  const herr_t done = H5Literate(group.id.get(), H5_INDEX_NAME, H5_ITER_INC, nullptr, append_name, &names);
  if (names.size() > most_members) {
    throw Corrupt(group.file, fmt::format("{} has more than {} members", group.name, most_members));
  }
  if (done < 0) throw_stack(Doing::reading, group.file, "list the group " + group.name);
  return names;
}

void require_hard_link(const Object& parent, const std::string& name) {
  const std::string place = join(parent.name, name);
  if (name.empty() || name == "." || name.find('/') != std::string::npos) {
    throw Corrupt(parent.file, fmt::format("{} has a member of the name \"{}\"", parent.name, name));
  }
  const htri_t there = checked(Doing::reading, parent.file, "look for " + place,
                               [&] { return H5Lexists(parent.id.get(), name.c_str(), H5P_DEFAULT); });
  if (there == 0) {
    throw Missing(parent.file,
                  fmt::format("has no {}; {} holds [{}]", place, parent.name, fmt::join(member_names(parent), ", ")));
  }
  if (is_hard_link(parent, name)) return;
  throw Corrupt(parent.file, place + " is a soft or external link; only what the file itself holds is read");
}

bool is_hard_link(const Object& parent, const std::string& name) {
  H5L_info_t link{};
  checked(Doing::reading, parent.file, "read the link " + join(parent.name, name),
          [&] { return H5Lget_info(parent.id.get(), name.c_str(), &link, H5P_DEFAULT); });
  return link.type == H5L_TYPE_HARD;
}

std::string join(const std::string& parent, const std::string& name) {
  return parent == "/" ? "/" + name : parent + "/" + name;
}

}  // namespace tarn::io::hdf5
