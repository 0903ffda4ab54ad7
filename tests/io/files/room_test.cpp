#include <sys/stat.h>

#include <gtest/gtest.h>

#include "tarn/io/error.hpp"
#include "tarn/io/files/file_operations.hpp"
#include "tarn/tests/io/store/scratch.hpp"

namespace tarn::io {
namespace {

namespace fs = std::filesystem;

using test::entries_in;
using test::Scratch;
using test::text_of;
using test::Tmpfs;
using test::write_text;

class CreateWithRoom : public testing::Test {
 protected:
  int code_of_refusal() const {
    try {
      create_with_room(file_, 1);
    } catch (const Io& error) {
      EXPECT_EQ(error.path(), file_);
      return error.code();
    }
    return 0;
  }

  const Scratch scratch_;
  const fs::path folder_ = scratch_.path() / "folder";
  const fs::path file_ = folder_ / "file";
};

class CreateWithRoomOnASmallDisk : public CreateWithRoom {
 protected:
  void SetUp() override {
    if (!disk_.mounted()) GTEST_SKIP() << "no tmpfs can be mounted";
  }

 private:
  const Tmpfs disk_{folder_, "size=64k"};
};

class CreateWithRoomInAFolder : public CreateWithRoom {
 protected:
  void SetUp() override { fs::create_directory(folder_); }
};

TEST_F(CreateWithRoomOnASmallDisk, TakesTheRoomAndLeavesTheFileEmpty) {
  create_with_room(file_, 40 << 10);

  struct stat status {};
  ASSERT_EQ(::stat(file_.c_str(), &status), 0);
  EXPECT_EQ(status.st_size, 0);
  EXPECT_EQ(status.st_blocks * 512, 40 << 10);
}

TEST_F(CreateWithRoomOnASmallDisk, TellsWhatIsFreeAndLeavesNothingWhereItIsTooLittle) {
  try {
    create_with_room(file_, 80 << 10);
    FAIL();
  } catch (const NoSpace& error) {
    EXPECT_EQ(error.need(), 80u << 10);
    EXPECT_EQ(error.have(), 64u << 10);
    EXPECT_EQ(error.code(), ENOSPC);
  }

  EXPECT_EQ(entries_in(folder_), 0u);
  create_with_room(file_, 64 << 10);  // nothing of the room is lost
}

TEST_F(CreateWithRoomInAFolder, LeavesAFileThatWasThereAsItWas) {
  write_text(file_, "of others");

  EXPECT_EQ(code_of_refusal(), EEXIST);

  EXPECT_EQ(text_of(file_), "of others");
}

TEST_F(CreateWithRoomInAFolder, DoesNotFollowALinkToNothing) {
  fs::create_symlink("elsewhere", file_);

  EXPECT_EQ(code_of_refusal(), EEXIST);

  EXPECT_TRUE(fs::is_symlink(file_));
  EXPECT_FALSE(fs::exists(folder_ / "elsewhere"));
}

TEST_F(CreateWithRoom, TellsOfAFolderThatIsNotThere) {
  EXPECT_EQ(code_of_refusal(), ENOENT);
}

}  // namespace
}  // namespace tarn::io
