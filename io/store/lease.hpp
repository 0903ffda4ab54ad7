#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace tarn::io {

/// How a run keeps others out of its directory.
enum class LockMode {
  kernel,  ///< a lock of the operating system on .lock; the text in it tells others who holds it
  lease,   ///< the text in .lock alone, for file systems without locks: whoever finds its heartbeat fresh stays out
};

/// Who holds a run directory, as the file .lock in it tells.
struct Lease {
  LockMode mode = LockMode::kernel;  ///< how the holder keeps others out
  std::string host;                  ///< its name
  std::string boot;           ///< the kernel's boot id: another one is another machine, or this one after a restart
  std::string processes;      ///< the namespace in which `process` counts
  std::int64_t process = 0;   ///< its number on that host
  std::uint64_t started = 0;  ///< when the process started, in the kernel's ticks: process numbers are used again
  std::string user;           ///< its login name
  std::string since;          ///< UTC
  double heartbeat = 0;       ///< seconds since 1970 by the holder's clock
  std::string token;          ///< random; tells one lease from any other

  /// "process 12 on host a (user u, since 2026-01-01T00:00:00Z, heartbeat 3 s ago)".
  std::string text() const;
};

/// A lease without a heartbeat for so long is dead, where its process cannot be looked at [s].
constexpr double lease_expiry = 60;
/// A holder renews its lease this often [s].
constexpr double heartbeat_interval = 10;

/// A lease of this process.
Lease own_lease(LockMode mode);

/// Seconds since 1970.
double now_seconds();

/// Whether the process that holds a lease lives: on this machine by looking at it, elsewhere by its heartbeat.
bool is_alive(const Lease& lease);

/// Whether a lease is of a process that this one can see.
bool is_of_this_machine(const Lease& lease);

/// What stands in a .lock file; nothing if there is none, it was given back, or it cannot be understood.
/// @throws Io if it cannot be read or is no regular file
std::optional<Lease> read_lease(const std::filesystem::path& lock_file);

/// The same for a text that is at hand.
std::optional<Lease> parse_lease(std::string_view text);

/// The lease as the content of a .lock file: one line of fixed length, so that one write replaces it.
std::string lease_record(const Lease& lease);

/// The content of a .lock file that nobody holds, of the same length.
std::string empty_record();

}  // namespace tarn::io
