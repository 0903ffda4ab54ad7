#include "tarn/io/store/run_lock.hpp"

#include <unistd.h>

#include <functional>
#include <sys/wait.h>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tarn/io/error.hpp"
#include "tarn/io/files/sha256.hpp"
#include "tarn/tests/io/store/scratch.hpp"

namespace tarn::io {
namespace {

namespace fs = std::filesystem;

using test::entries_in;
using test::Scratch;
using test::text_of;
using test::write_text;
using testing::HasSubstr;
using testing::ThrowsMessage;

/// A lease of this process, in a .lock that no kernel lock protects.
void leave_lease(const fs::path& run, const std::function<void(Lease&)>& change) {
  Lease lease = own_lease(LockMode::lease);
  change(lease);
  write_text(lock_path(run), lease_record(lease));
}

void dead(Lease& lease) {
  lease.started += 1;
  lease.token = "dead";
}

/// The file that decides who replaces dead()'s lease.
fs::path claim_in(const fs::path& run) {
  return run / (".lock-" + sha256("dead").substr(0, 8));
}

void as_of_another_machine(Lease& lease, double age) {
  lease.host = "elsewhere";
  lease.boot = "another";
  lease.heartbeat = now_seconds() - age;
}

class RunLockOf : public testing::TestWithParam<LockMode> {
 protected:
  Scratch scratch_;
  const fs::path& run_ = scratch_.path();
};

TEST_P(RunLockOf, KeepsASecondOneOutAndNamesTheHolder) {
  const RunLock first(run_, GetParam());

  for (const LockMode second : {LockMode::kernel, LockMode::lease}) {
    EXPECT_THAT([&] { RunLock(run_, second); },
                ThrowsMessage<Locked>(HasSubstr(fmt::format("process {} on host", ::getpid()))));
  }

  first.require_held();
  EXPECT_EQ(lock_state(run_).kind, LockState::Kind::held);
  EXPECT_EQ(entries_in(run_), 1u);
}

TEST_P(RunLockOf, IsFreeAgainAtItsEnd) {
  { const RunLock first(run_, GetParam()); }

  EXPECT_EQ(lock_state(run_).kind, LockState::Kind::free);
  { const RunLock second(run_, LockMode::lease); }
  { const RunLock third(run_, LockMode::kernel); }
  EXPECT_EQ(entries_in(run_), 1u);
}

TEST_P(RunLockOf, TakesOverFromAProcessThatWasKilled) {
  const pid_t child = ::fork();
  if (child == 0) {
    new RunLock(run_, GetParam());  // never given back
    ::_exit(0);
  }
  ::waitpid(child, nullptr, 0);
  EXPECT_EQ(lock_state(run_).kind, LockState::Kind::stale);

  for (const LockMode mode : {LockMode::kernel, LockMode::lease}) {
    const RunLock next(run_, mode);
    next.require_held();
  }
}

TEST_P(RunLockOf, DoesNotTakeANumberThatIsUsedAgainForTheHolder) {
  leave_lease(run_, [](Lease& lease) { lease.started += 1; });  // this process' number, another start

  EXPECT_EQ(lock_state(run_).kind, LockState::Kind::stale);
  const RunLock lock(run_, GetParam());
}

TEST_P(RunLockOf, BelievesAHeartbeatOfAnotherMachineForAMinute) {
  leave_lease(run_, [](Lease& lease) { as_of_another_machine(lease, lease_expiry - 10); });
  EXPECT_THAT([&] { RunLock(run_, GetParam()); }, ThrowsMessage<Locked>(HasSubstr("on host elsewhere")));

  leave_lease(run_, [](Lease& lease) { as_of_another_machine(lease, lease_expiry + 10); });
  const RunLock lock(run_, GetParam());
}

TEST_P(RunLockOf, TakesGarbageForNobody) {
  for (const std::string garbage : {"", "{}", "[1]", "{\"mode\":3}", "\xff\xfe", "{\"host\":\"a\"}"}) {
    write_text(lock_path(run_), garbage);

    const RunLock lock(run_, GetParam());

    lock.require_held();
  }
}

TEST_P(RunLockOf, IsNotTakenThroughALink) {
  write_text(run_ / "elsewhere", "mine");
  fs::create_symlink(run_ / "elsewhere", lock_path(run_));

  EXPECT_THROW(RunLock(run_, GetParam()), Io);

  EXPECT_EQ(text_of(run_ / "elsewhere"), "mine");
}

INSTANTIATE_TEST_SUITE_P(BothModes, RunLockOf, testing::Values(LockMode::kernel, LockMode::lease),
                         [](const auto& mode) { return mode.param == LockMode::kernel ? "kernel" : "lease"; });

TEST(RunLock, ByLeaseIsWonByOneOfManyThatFindADeadOne) {
  const Scratch scratch;
  leave_lease(scratch.path(), [](Lease& lease) { lease.started += 1; });
  constexpr int rivals = 8;
  int ready[2], results[2];
  ASSERT_EQ(::pipe(ready) | ::pipe(results), 0);
  for (int n = 0; n < rivals; ++n) {
    if (::fork() != 0) continue;
    ::close(ready[1]);
    char go = 0;
    if (::read(ready[0], &go, 1) < 0) ::_exit(1);  // returns for all at once, when the other end is closed
    char won = 'n';
    try {
      new RunLock(scratch.path(), LockMode::lease);
      won = 'y';
    } catch (const Locked&) {
    } catch (const std::exception& error) {
      fmt::print(stderr, "{}\n", error.what());
      won = 'e';
    }
    if (::write(results[1], &won, 1) != 1) ::_exit(1);
    ::usleep(300000);  // the winner lives until all have tried
    ::_exit(0);
  }
  ::close(ready[1]);
  int winners = 0, errors = 0;
  for (int n = 0; n < rivals; ++n) {
    char won = 0;
    ASSERT_EQ(::read(results[0], &won, 1), 1);
    winners += won == 'y';
    errors += won == 'e';
  }
  for (int n = 0; n < rivals; ++n)
    ::wait(nullptr);

  EXPECT_EQ(winners, 1);
  EXPECT_EQ(errors, 0);
}

TEST(RunLock, ByLeaseIsTakenFromADeadOneWhoseHeirDiedToo) {
  const Scratch scratch;
  leave_lease(scratch.path(), dead);
  Lease heir = own_lease(LockMode::lease);
  heir.started += 1;
  write_text(claim_in(scratch.path()), lease_record(heir));

  const RunLock lock(scratch.path(), LockMode::lease);

  lock.require_held();
  EXPECT_EQ(entries_in(scratch.path()), 1u);
}

TEST(RunLock, ByLeaseIsRefusedWhereDeadHeirsLeadInACircle) {
  const Scratch scratch;
  leave_lease(scratch.path(), dead);
  fs::copy_file(lock_path(scratch.path()), claim_in(scratch.path()));

  EXPECT_THAT([&] { RunLock(scratch.path(), LockMode::lease); }, ThrowsMessage<Locked>(HasSubstr("in a circle")));

  EXPECT_EQ(entries_in(scratch.path()), 2u);
}

TEST(RunLock, ByLeaseIsKeptFromAnotherWhileALivingHeirTakesIt) {
  const Scratch scratch;
  leave_lease(scratch.path(), dead);
  write_text(claim_in(scratch.path()), lease_record(own_lease(LockMode::lease)));

  EXPECT_THROW(RunLock(scratch.path(), LockMode::lease), Locked);

  EXPECT_EQ(read_lease(lock_path(scratch.path()))->token, "dead");
}

TEST(RunLock, ThatWasTakenAwayFailsAtTheNextLook) {
  const Scratch scratch;
  const RunLock lock(scratch.path(), LockMode::lease);
  leave_lease(scratch.path(), [](Lease& lease) { as_of_another_machine(lease, 0); });

  EXPECT_THAT([&] { lock.require_held(); }, ThrowsMessage<Locked>(HasSubstr("elsewhere")));
}

TEST(RunLock, IsRemovedIfStaleAndIfLivingOnlyByForceAndNeverFromAKernelsHolder) {
  const Scratch scratch;
  EXPECT_EQ(unlock_run(scratch.path(), false).kind, LockState::Kind::free);

  leave_lease(scratch.path(), [](Lease& lease) { lease.started += 1; });
  EXPECT_EQ(unlock_run(scratch.path(), false).kind, LockState::Kind::stale);
  EXPECT_EQ(lock_state(scratch.path()).kind, LockState::Kind::free);

  leave_lease(scratch.path(), [](Lease& lease) { as_of_another_machine(lease, 0); });
  EXPECT_THROW(unlock_run(scratch.path(), false), Locked);
  EXPECT_EQ(unlock_run(scratch.path(), true).kind, LockState::Kind::held);
  EXPECT_EQ(lock_state(scratch.path()).kind, LockState::Kind::free);

  const RunLock lock(scratch.path(), LockMode::kernel);
  EXPECT_THROW(unlock_run(scratch.path(), true), Locked);
}

}  // namespace
}  // namespace tarn::io
