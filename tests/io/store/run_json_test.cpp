#include "tarn/io/store/run_json.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "tarn/io/store/lease.hpp"
#include "tarn/tests/io/store/scratch.hpp"

namespace tarn::io {
namespace {

using test::Scratch;
using test::write_text;

TEST(RunJsonFile, TellsStatusAndSteps) {
  const Scratch scratch;
  write_text(scratch.path() / "run.json", R"({"status": "done", "exit_code": 0, "steps": 41})");

  const RunJson told = read_run_json(scratch.path());

  EXPECT_EQ(told.status, "done");
  EXPECT_EQ(told.steps, 41);
}

TEST(RunJsonFile, TellsWhetherABatchWroteIt) {
  const RunJson member = parse_run_json(R"({"batch": "batch-0000"})");
  const RunJson alone = parse_run_json(R"({"batch": null})");

  EXPECT_TRUE(member.in_batch);
  EXPECT_FALSE(alone.in_batch);
}

TEST(RunJsonFile, ThatIsMissingTellsNothing) {
  const Scratch scratch;

  EXPECT_FALSE(read_run_json(scratch.path()).status);
}

TEST(RunJsonFile, TellsNothingOfWhatItCannotMean) {
  for (const char* text : {"", "{", "[]", "null", "{\"status\": 1}", "{\"steps\": -1}", "{\"steps\": 1.5}",
                           "{\"steps\": 1e3}", "{\"steps\": 9223372036854775808}", "{\"status\": \"\xff\"}"}) {
    const RunJson told = parse_run_json(text);

    EXPECT_FALSE(told.status || told.steps) << text;
  }
}

TEST(RunJsonFile, NestedWithoutEndIsReadLikeAnyOther) {
  constexpr std::size_t levels = 2000000;
  const std::string deep = std::string(levels, '[') + std::string(levels, ']');

  EXPECT_EQ(parse_run_json("{\"a\": " + deep + ", \"steps\": 3}").steps, 3);
}

TEST(LeaseText, IsReadAsItWasWritten) {
  const Lease lease = own_lease(LockMode::lease);

  const auto read = parse_lease(lease_record(lease));

  ASSERT_TRUE(read);
  EXPECT_EQ(read->token, lease.token);
  EXPECT_EQ(read->process, lease.process);
  EXPECT_EQ(read->heartbeat, lease.heartbeat);
  EXPECT_FALSE(parse_lease(empty_record()));
}

TEST(LeaseText, OfAStrangerTakesNoNumberOfAnotherKind) {
  const std::string sound =
      R"({"mode":"lease","host":"h","boot":"b","processes":"p","process":1,"started":2,"user":"u","since":"s",)"
      R"("heartbeat":3,"token":"t"})";
  ASSERT_TRUE(parse_lease(sound));
  for (const auto& [from, to] : {std::pair{"\"process\":1", "\"process\":1e300"},
                                 {"\"process\":1", "\"process\":18446744073709551615"},
                                 {"\"process\":1", "\"process\":true"},
                                 {"\"started\":2", "\"started\":-2"},
                                 {"\"started\":2", "\"started\":2.5"}}) {
    std::string text = sound;
    text.replace(text.find(from), std::string_view(from).size(), to);

    EXPECT_FALSE(parse_lease(text)) << to;
  }
}

TEST(LeaseText, IsShortWhateverTheHeartbeat) {
  Lease lease = own_lease(LockMode::lease);
  lease.heartbeat = -1e308;

  EXPECT_LT(lease.text().size(), 300u);
}

}  // namespace
}  // namespace tarn::io
