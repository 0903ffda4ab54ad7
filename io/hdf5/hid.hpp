#pragma once

#include <filesystem>
#include <string>
#include <utility>

#include <hdf5.h>

namespace tarn::io::hdf5 {

/// Owns one HDF5 identifier and closes it with the function that fits its kind.
///
/// The destructor cannot report that closing failed; where that matters (a file that was written) the owner
/// closes explicitly, see close_file().
class Hid {
 public:
  using Closer = herr_t (*)(hid_t);  ///< such as H5Fclose

  Hid() = default;
  Hid(hid_t id, Closer closer) : id_(id), closer_(closer) {}                   ///< takes what a call of HDF5 gave
  Hid(Hid&& other) noexcept : id_(other.release()), closer_(other.closer_) {}  ///< the other one is empty then
  /// swaps: the other one then closes what was open here
  Hid& operator=(Hid&& other) noexcept {
    std::swap(id_, other.id_);
    std::swap(closer_, other.closer_);
    return *this;
  }
  ~Hid();

  hid_t get() const { return id_; }  ///< for calls of HDF5
  /// Closes now; a negative result is HDF5's failure.
  ///
  /// HDF5 keeps an identifier that it could not close and crashes on it in its own termination. After a
  /// failure that termination is therefore kept from running; the destructor does the same.
  herr_t close();
  /// Gives the identifier up without closing it.
  hid_t release() { return std::exchange(id_, H5I_INVALID_HID); }

 private:
  hid_t id_ = H5I_INVALID_HID;
  Closer closer_ = nullptr;
};

/// An open file, group or dataset with its place, for messages.
struct Object {
  Hid id;                      ///< open
  std::filesystem::path file;  ///< that it is in, for messages
  std::string name;            ///< path within the file, "/" for its root
};

/// To be called before the first use of HDF5: its termination then runs within MPI_Finalize alone, where it
/// can be kept from running. No effect in a host program that has used HDF5 before.
void start_library();

/// Keeps HDF5 from printing its errors while it lives, and leaves the host program's choice as it was.
class SilentErrors {
 public:
  SilentErrors();
  ~SilentErrors();
  SilentErrors(const SilentErrors&) = delete;
  SilentErrors& operator=(const SilentErrors&) = delete;

 private:
  H5E_auto2_t print_ = nullptr;
  void* data_ = nullptr;
};

/// Keeps HDF5 from loading plugins while it lives: a file must not choose code to run.
class NoPlugins {
 public:
  NoPlugins();
  ~NoPlugins();
  NoPlugins(const NoPlugins&) = delete;
  NoPlugins& operator=(const NoPlugins&) = delete;

 private:
  unsigned before_ = 0;
};

/// What a failed call was about to do: a failed read means a damaged file, a failed write a damaged system.
enum class Doing { reading, writing };

/// Throws what HDF5's error stack tells: Io or NoSpace where it names an errno or something was being
/// written, Corrupt otherwise; the message has `what` and the texts of the stack.
/// @throws Io, NoSpace, Corrupt
[[noreturn]] void throw_stack(Doing doing, const std::filesystem::path& path, const std::string& what);

/// Runs one HDF5 call silently.
/// @param what  the end of "cannot ...", with the place within the file
/// @return what the call returned, never negative
/// @throws Io, NoSpace, Corrupt
template <class Call>
auto checked(Doing doing, const std::filesystem::path& path, const std::string& what, const Call& call) {
  const SilentErrors silent;
  const auto result = call();
  if (result < 0) throw_stack(doing, path, what);
  return result;
}

}  // namespace tarn::io::hdf5
