#include "tarn/io/store/run_lock.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <functional>
#include <sys/stat.h>
#include <system_error>

#include <fmt/format.h>

#include "tarn/io/error.hpp"
#include "tarn/io/files/sha256.hpp"
#include "tarn/io/files/stamps.hpp"

namespace tarn::io {

namespace fs = std::filesystem;

namespace {

enum class Attempt { locked, held_by_another, no_locks };

/// Tries for the operating system's lock, of the open file rather than of the process.
Attempt try_kernel_lock(const FileDescriptor& file, const fs::path& path) {
  struct flock whole {};
  whole.l_type = F_WRLCK;
  whole.l_whence = SEEK_SET;
  if (::fcntl(file.get(), F_OFD_SETLK, &whole) == 0) return Attempt::locked;
  if (errno == EAGAIN || errno == EACCES) return Attempt::held_by_another;
  if (errno == ENOLCK || errno == EOPNOTSUPP || errno == ENOSYS || errno == EINVAL) return Attempt::no_locks;
  throw_errno(path, "lock the run directory", errno);
}

/// Looks whether somebody has the operating system's lock; takes nothing, and so needs no right to write.
Attempt look_at_kernel_lock(const FileDescriptor& file, const fs::path& path) {
  struct flock whole {};
  whole.l_type = F_WRLCK;
  whole.l_whence = SEEK_SET;
  if (::fcntl(file.get(), F_OFD_GETLK, &whole) == 0) {
    return whole.l_type == F_UNLCK ? Attempt::locked : Attempt::held_by_another;
  }
  if (errno == ENOLCK || errno == EOPNOTSUPP || errno == ENOSYS || errno == EINVAL) return Attempt::no_locks;
  throw_errno(path, "look at the lock of the run directory", errno);
}

std::string holder_text(const fs::path& lock_file) {
  const auto lease = read_lease(lock_file);
  return lease ? lease->text() : "who, its .lock does not tell";
}

void write_record(const FileDescriptor& file, const fs::path& path, const std::string& record) {
  const ssize_t written = ::pwrite(file.get(), record.data(), record.size(), 0);
  if (written != static_cast<ssize_t>(record.size()))
    throw_errno(path, "write the lease", written < 0 ? errno : ENOSPC);
}

/// A lease in a file whose kernel lock is ours counts where it was taken without such a lock, or on a machine whose
/// locks do not reach this one.
bool still_counts(const Lease& lease) {
  return (lease.mode == LockMode::lease || !is_of_this_machine(lease)) && is_alive(lease);
}

bool is_at(const FileDescriptor& file, const fs::path& path) {
  struct stat opened {
  }, named{};
  return ::fstat(file.get(), &opened) == 0 && ::lstat(path.c_str(), &named) == 0 && opened.st_ino == named.st_ino &&
         opened.st_dev == named.st_dev;
}

FileDescriptor take_by_kernel(const fs::path& run) {
  const fs::path path = lock_path(run);
  for (;;) {
    auto file = FileDescriptor::open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK);
    const Attempt attempt = try_kernel_lock(file, path);
    if (attempt == Attempt::held_by_another) throw Locked::by(run, holder_text(path));
    if (attempt == Attempt::no_locks) {
      throw Io(run,
               "its file system has no locks that would keep a second run out; --lock=lease relies on a heartbeat in "
               ".lock instead",
               ENOLCK);
    }
    if (!is_at(file, path)) continue;  // replaced since it was opened
    const auto lease = read_lease(path);
    if (lease && still_counts(*lease)) throw Locked::by(run, lease->text());
    return file;
  }
}

std::string token_in(const fs::path& place) {
  const auto lease = read_lease(place);
  return lease ? lease->token : "";
}

FileDescriptor write_aside(const fs::path& aside, const Lease& own) {
  auto file = FileDescriptor::create_new(aside);
  write_record(file, aside, lease_record(own));
  file.sync();
  return file;
}

FileDescriptor take_place(const fs::path& run, const fs::path& place, const Lease& own, int heirs = 0);

/// Calls `action` if the lease in a place is still the dead one with a token. Many may find the same one dead, and only
/// who holds the claim named after its token may put it away: never is a lease moved that another has put there since.
/// The claim is a lease itself, for its holder may die too.
/// @param heirs  so many died over it before
void as_its_heir(const fs::path& run, const fs::path& place, const std::string& token, const Lease& own,
                 const std::function<void()>& action, int heirs = 0) {
  constexpr int most_heirs = 16;
  if (heirs == most_heirs) throw Locked::by(run, "nobody who lives, but its .lock-* files lead in a circle");
  const fs::path claim = run / (".lock-" + sha256(token).substr(0, random_hex().size()));
  const auto held = take_place(run, claim, own, heirs + 1);
  try {
    if (token_in(place) == token) action();
  } catch (...) {
    ::unlink(claim.c_str());
    throw;
  }
  ::unlink(claim.c_str());
}

/// Puts an own lease in a place where there is none, or a dead one.
FileDescriptor take_place(const fs::path& run, const fs::path& place, const Lease& own, int heirs) {
  const fs::path aside = run / fmt::format(".lock-{}", random_hex());
  try {
    auto file = write_aside(aside, own);
    bool taken = rename_without_replacing(aside, place);
    while (!taken) {
      const auto lease = read_lease(place);
      if (lease && is_alive(*lease)) throw Locked::by(run, lease->text());
      as_its_heir(
          run, place, lease ? lease->token : "", own,
          [&] {
            rename_file(aside, place);
            taken = true;
          },
          heirs);
      taken = taken || rename_without_replacing(aside, place);
    }
    return file;
  } catch (...) {
    ::unlink(aside.c_str());
    throw;
  }
}

}  // namespace

fs::path lock_path(const fs::path& run) {
  return run / ".lock";
}

RunLock::RunLock(const fs::path& run, LockMode mode)
    : run_(run),
      lease_(own_lease(mode)),
      file_(mode == LockMode::kernel ? take_by_kernel(run) : take_place(run, lock_path(run), lease_)) {
  write_record(file_, lock_path(run_), lease_record(lease_));
  heart_ = std::thread([this] { renew_until_stopped(); });
}

RunLock::~RunLock() {
  {
    const std::lock_guard guard(mutex_);
    stop_ = true;
  }
  stopped_.notify_one();
  heart_.join();
  const std::string record = empty_record();
  // Written into the file that this process opened: harmless if another has put its own there since.
  if (::pwrite(file_.get(), record.data(), record.size(), 0) < 0) return;  // the process' end makes it stale as well
}

void RunLock::renew_until_stopped() {
  std::unique_lock guard(mutex_);
  while (!stopped_.wait_for(guard, std::chrono::duration<double>(heartbeat_interval), [this] { return stop_; })) {
    lease_.heartbeat = now_seconds();
    const std::string record = lease_record(lease_);
    // A full disk cannot refuse to overwrite; of any other failure the next commit tells.
    if (::pwrite(file_.get(), record.data(), record.size(), 0) < 0) continue;
  }
}

void RunLock::require_held() const {
  const auto lease = read_lease(lock_path(run_));
  if (lease && lease->token == lease_.token) return;
  throw Locked::by(run_, lease ? lease->text() : "nobody now; this run's lease was removed from .lock");
}

LockState lock_state(const fs::path& run) {
  const fs::path path = lock_path(run);
  const auto file = open_regular_file(path);
  if (!file) return {};
  const Attempt attempt = look_at_kernel_lock(*file, path);
  if (attempt == Attempt::held_by_another) return {LockState::Kind::held, holder_text(path)};
  const auto lease = read_lease(path);
  if (!lease) return {};
  const bool held = attempt == Attempt::locked ? still_counts(*lease) : is_alive(*lease);
  return {held ? LockState::Kind::held : LockState::Kind::stale, lease->text()};
}

LockState unlock_run(const fs::path& run, bool force) {
  const fs::path path = lock_path(run);
  const LockState state = lock_state(run);
  if (state.kind == LockState::Kind::free) return state;
  const auto lease = read_lease(path);
  const auto file = FileDescriptor::open(path, O_RDWR | O_NOFOLLOW | O_NONBLOCK);
  const bool by_kernel = try_kernel_lock(file, path) == Attempt::held_by_another;
  if (by_kernel || (state.kind == LockState::Kind::held && !force)) throw Locked::by(run, state.holder);
  as_its_heir(run, path, lease ? lease->token : "", own_lease(LockMode::lease), [&] { remove_file(path); });
  return state;
}

}  // namespace tarn::io
