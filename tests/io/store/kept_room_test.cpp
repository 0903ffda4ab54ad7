#include "tarn/io/store/kept_room.hpp"

#include <memory>
#include <string>

#include <gtest/gtest.h>

#include "tarn/io/error.hpp"
#include "tarn/tests/io/store/scratch.hpp"

namespace tarn::io {
namespace {

using test::entries_in;
using test::Scratch;
using test::Tmpfs;

TEST(KeptRoom, IsFreeOnceItIsReleased) {
  const Scratch scratch;
  const Tmpfs disk(scratch.path(), "size=128k");
  if (!disk.mounted()) GTEST_SKIP() << "no tmpfs can be mounted";
  const auto run =
      RunDirectory::create_at(tarn::test::runtime().communicator(), scratch.path() / "run", LockMode::kernel);
  constexpr std::size_t most = 80 << 10;  // bytes; twice that, which a replacement takes, is more than the disk has
  auto room = std::make_unique<KeptRoom>(run, 64 << 10);

  EXPECT_THROW(run.write_file("late", std::string(most, 'x')), NoSpace);
  EXPECT_THROW(KeptRoom(run, 64 << 10), NoSpace);
  room.reset();
  run.write_file("late", std::string(most, 'x'));

  EXPECT_EQ(entries_in(run.path() / "tmp"), 0u);
}

}  // namespace
}  // namespace tarn::io
