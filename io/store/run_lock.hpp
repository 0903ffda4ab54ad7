#pragma once

#include <condition_variable>
#include <filesystem>
#include <mutex>
#include <string>
#include <thread>

#include "tarn/io/files/file_operations.hpp"
#include "tarn/io/store/lease.hpp"

namespace tarn::io {

/// Holds a run directory for this process until it dies. A thread renews the lease in .lock meanwhile.
class RunLock {
 public:
  /// @throws Locked naming the holder, Io; also where LockMode::kernel finds a file system without locks
  RunLock(const std::filesystem::path& run, LockMode mode);
  ~RunLock();
  RunLock(const RunLock&) = delete;
  RunLock& operator=(const RunLock&) = delete;

  /// Checks that the directory is still this process': a lease can be taken over by who finds no heartbeat in it, such
  /// as that of a process that was stopped for long.
  /// @throws Locked naming who has it now, Io
  void require_held() const;

 private:
  void renew_until_stopped();

  std::filesystem::path run_;
  Lease lease_;
  FileDescriptor file_;
  std::mutex mutex_;
  std::condition_variable stopped_;
  bool stop_ = false;
  std::thread heart_;
};

/// Where the lock of a run directory stands.
std::filesystem::path lock_path(const std::filesystem::path& run);

/// How a run directory stands.
struct LockState {
  /// Whether somebody holds the run.
  enum class Kind {
    free,   ///< nobody holds it
    stale,  ///< the holder is dead
    held,   ///< the holder lives
  };
  Kind kind = Kind::free;  ///< as found
  std::string holder;      ///< empty if free
};

/// Looks without taking.
/// @throws Io
LockState lock_state(const std::filesystem::path& run);

/// Removes what a holder left in .lock. A living holder that a lock of the operating system shows cannot be put out.
/// @param force  also a lease whose holder seems to live; it then fails at its next commit
/// @return the state before
/// @throws Locked if it is held and may not be removed, Io
LockState unlock_run(const std::filesystem::path& run, bool force);

}  // namespace tarn::io
