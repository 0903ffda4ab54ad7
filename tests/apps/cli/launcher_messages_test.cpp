#include "tarn/apps/cli/launcher_messages.hpp"

#include <unistd.h>

#include <cstdio>
#include <initializer_list>
#include <string>

#include <gtest/gtest.h>

#include "tarn/apps/cli/launcher_link.hpp"
#include "tarn/io/store/lease.hpp"

namespace tarn::cli {
namespace {

const std::string ruler(74, '-');

std::string frame(const std::string& text) {
  return ruler + "\n" + text + "\n" + ruler + "\n";
}

/// What Open MPI 6 says of a setting that it takes.
std::string deprecated(const std::string& name) {
  return frame(
      "A deprecated MCA variable value was specified in the environment or\non the command line.\n\n"
      "  Deprecated variable: " +
      name + "\n  New variable:        mapby");
}

/// What comes through of a launcher's and its ranks' words.
std::string passed_on(std::initializer_list<std::string> pieces, int exit_code = 0) {
  testing::internal::CaptureStderr();
  LauncherMessages messages;
  for (const auto& piece : pieces)
    messages.add(piece);
  messages.finish(exit_code);
  std::fflush(stderr);
  return testing::internal::GetCapturedStderr();
}

TEST(CliLauncherMessages, LeaveOutThatOurSettingsHaveNewNames) {
  const std::string both = deprecated("hwloc_default_binding_policy") + deprecated("rmaps_default_mapping_policy");

  EXPECT_EQ(passed_on({both}), "");
  EXPECT_EQ(passed_on({both.substr(0, 100), both.substr(100)}), "");
  EXPECT_EQ(passed_on({"before\n" + both + "behind\n"}), "before\nbehind\n");
}

TEST(CliLauncherMessages, PassOnFramesOfOtherSettingsAndOtherFrames) {
  const std::string of_user = deprecated("mpi_some_setting");
  const std::string other = frame("There are not enough slots available: rmaps_default_mapping_policy");

  EXPECT_EQ(passed_on({of_user}), of_user);
  EXPECT_EQ(passed_on({other}), other);
}

TEST(CliLauncherMessages, HoldBackExitCodesThatRanksHaveExplained) {
  const std::string codes = frame("mpiexec detected that one or more processes exited with non-zero status");

  EXPECT_EQ(passed_on({"tarn: no such deck\n", codes}, 3), "tarn: no such deck\n");
  EXPECT_EQ(passed_on({codes}, 3), codes);
}

TEST(CliLauncherMessages, KeepWhatRanksSayToTheStarter) {
  const std::string all_hear = std::string(all_hear_words) + io::lease_record(io::own_lease(io::LockMode::kernel));
  EXPECT_EQ(passed_on({"before\n", all_hear, "between\n", "[1,0]<stderr>:" + std::string(stop_came_line), "behind\n"}),
            "before\nbetween\nbehind\n");
  LauncherMessages messages;
  EXPECT_FALSE(messages.ranks_hear() || messages.stop_came());
  messages.add("<stderr rank=\"0\">" + all_hear.substr(0, all_hear.size() - 1) + "</stderr>\n");
  EXPECT_TRUE(messages.ranks_hear() && !messages.stop_came());
  ASSERT_TRUE(messages.first_rank().has_value());
  EXPECT_EQ(messages.first_rank()->process, getpid());
  EXPECT_TRUE(io::is_alive(*messages.first_rank()));
  messages.add(stop_came_line);
  EXPECT_TRUE(messages.stop_came());
}

}  // namespace
}  // namespace tarn::cli
