#include "tarn/io/store/folder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tarn/io/error.hpp"
#include "tarn/io/store/removal.hpp"
#include "tarn/tests/io/store/scratch.hpp"

namespace tarn::io {
namespace {

namespace fs = std::filesystem;

using test::entries_in;
using test::Scratch;
using test::text_of;
using test::Tmpfs;
using test::write_text;
using testing::HasSubstr;
using testing::ThrowsMessage;

/// A root with a folder in it, and a precious file outside under the same name as one inside.
class FolderBelowARoot : public testing::Test {
 protected:
  FolderBelowARoot() {
    fs::create_directories(root_.path / "run/out");
    fs::create_directory(outside_);
    write_text(root_.path / "run/out/a.h5", "inside");
    write_text(outside_ / "a.h5", "mine");
  }
  /// What an attacker does between a look and the deed.
  void swap_a_link_in() const {
    fs::rename(root_.path / "run/out", root_.path / "run/moved");
    fs::create_directory_symlink(outside_, root_.path / "run/out");
  }

  Scratch scratch_;
  fs::path outside_ = scratch_.path() / "outside";
  ManagedRoot root_ = make_managed_root(scratch_.path() / "root");
};

TEST_F(FolderBelowARoot, ActsOnWhatItOpenedThoughALinkTookItsPlace) {
  const Folder out = Folder::of_root(root_).descend("run/out");
  swap_a_link_in();

  out.remove_file("a.h5");

  EXPECT_EQ(text_of(outside_ / "a.h5"), "mine");
  EXPECT_EQ(entries_in(root_.path / "run/moved"), 0u);
}

TEST_F(FolderBelowARoot, MovesOutOfWhatItOpenedThoughALinkTookItsPlace) {
  const Folder top = Folder::of_root(root_);
  const Folder out = top.descend("run/out");
  const Folder trash = top.make_child("trash");
  swap_a_link_in();

  EXPECT_TRUE(out.move("a.h5", trash, "a.h5"));

  EXPECT_EQ(text_of(root_.path / "trash/a.h5"), "inside");
  EXPECT_EQ(text_of(outside_ / "a.h5"), "mine");
}

TEST_F(FolderBelowARoot, DoesNotOpenLinksFilesOrPaths) {
  swap_a_link_in();
  const Folder run = Folder::of_root(root_).child("run");

  EXPECT_THAT([&] { run.child("out"); }, ThrowsMessage<PathEscape>(HasSubstr("nothing is followed")));
  for (const char* name : {"..", ".", "", "/", "moved/..", "../outside", "a/b"}) {
    EXPECT_THROW(run.child(name), PathEscape) << name;
    EXPECT_THROW(run.remove_file(name), PathEscape) << name;
    EXPECT_THROW(run.make_child(name), PathEscape) << name;
  }
  EXPECT_THROW(run.child("moved").child("a.h5"), PathEscape);
}

TEST_F(FolderBelowARoot, DoesNotReplaceWhatItMovesTo) {
  const Folder out = Folder::of_root(root_).descend("run/out");
  write_text(root_.path / "run/out/b.h5", "other");

  EXPECT_FALSE(out.move("a.h5", out, "b.h5"));

  EXPECT_EQ(text_of(root_.path / "run/out/b.h5"), "other");
}

TEST_F(FolderBelowARoot, DoesNotEnterAnotherDevice) {
  const Tmpfs mounted(root_.path / "run/img", "size=64k");
  if (!mounted.mounted()) GTEST_SKIP() << "only root can mount";

  EXPECT_THAT([&] { Folder::of_root(root_).descend("run/img"); },
              ThrowsMessage<PathEscape>(HasSubstr("another device")));
}

TEST_F(FolderBelowARoot, IsNotOpenedThroughAnotherRootsMark) {
  const ManagedRoot other = make_managed_root(scratch_.path() / "other");

  EXPECT_THROW(Folder::of_root({root_.path, other.uuid, ManagedRoot::Origin::known}), NotManaged);
}

TEST(ManagedRootMark, ThatIsDamagedOrTooNewIsNeitherBelievedNorReplaced) {
  const Scratch scratch;
  const fs::path mark = scratch.path() / ".tarn-root";
  for (const std::string text : {"", "garbage", "{}", R"({"schema":1})", R"({"schema":-1,"uuid":"a"})", "[1,2]"}) {
    write_text(mark, text);
    EXPECT_THROW(make_managed_root(scratch.path()), Corrupt) << text;
    EXPECT_EQ(text_of(mark), text);
  }
  write_text(mark, R"({"schema":2,"uuid":"a"})");
  EXPECT_THROW(open_managed_root(scratch.path()), SchemaTooNew);
}

TEST(ManagedRootMark, IsFoundFromBelow) {
  const Scratch scratch;
  const ManagedRoot root = make_managed_root(scratch.path() / "root");
  EXPECT_EQ(root.origin, ManagedRoot::Origin::made);

  const auto found = find_managed_root(scratch.path() / "root/a/b/not there");

  ASSERT_TRUE(found);
  EXPECT_EQ(found->uuid, root.uuid);
  const auto above = find_managed_root(scratch.path());  // whoever runs the test may keep one there
  EXPECT_TRUE(!above || !above->path.string().starts_with(scratch.path().string()));
}

TEST(ManagedRootMark, DoesNotCountInADirectoryThatIsOpenToAll) {
  const Scratch scratch;
  const ManagedRoot outer = make_managed_root(scratch.path() / "outer");
  const fs::path shared = outer.path / "shared", own = shared / "own";
  const std::string mark = text_of(make_managed_root(shared).path / ".tarn-root");
  fs::create_directory(own);
  fs::permissions(shared, fs::perms::all | fs::perms::sticky_bit);  // as /tmp

  for (const Owner owner : {Owner::self, Owner::any})
    EXPECT_EQ(find_managed_root(own, owner)->uuid, outer.uuid);
  EXPECT_THAT([&] { make_managed_root(shared); }, ThrowsMessage<NotManaged>(HasSubstr("is open to all users")));
  EXPECT_EQ(make_managed_root(own).origin, ManagedRoot::Origin::taken);
  EXPECT_EQ(text_of(shared / ".tarn-root"), mark);
}

TEST(ManagedRootMark, CountsForOthersToReadAndForItsOwnerToChange) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can give files away";
  const Scratch scratch;
  const ManagedRoot outer = make_managed_root(scratch.path() / "outer"), root = make_managed_root(outer.path / "root");
  constexpr unsigned somebody = 12345, another = 12346;
  ASSERT_EQ(::chown(root.path.c_str(), somebody, somebody), 0);
  ASSERT_EQ(::chown((root.path / ".tarn-root").c_str(), somebody, somebody), 0);

  EXPECT_EQ(find_managed_root(root.path, Owner::any)->uuid, root.uuid);
  EXPECT_EQ(find_managed_root(root.path, Owner::self)->uuid, outer.uuid);
  EXPECT_EQ(Folder::of_root(root, Owner::any).entries().size(), 1u);
  EXPECT_THAT([&] { Folder::of_root(root); }, ThrowsMessage<PathEscape>(HasSubstr("belongs to another user")));
  ASSERT_EQ(::chown((root.path / ".tarn-root").c_str(), another, another), 0);
  EXPECT_EQ(find_managed_root(root.path, Owner::any)->uuid, outer.uuid) << "somebody put it there";
}

}  // namespace
}  // namespace tarn::io
