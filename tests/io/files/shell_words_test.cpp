#include "tarn/io/files/shell_words.hpp"

#include <gtest/gtest.h>

namespace tarn::io {
namespace {

TEST(ShellWords, AreDataForAShell) {
  EXPECT_EQ(shell_word("a/b-c.toml"), "a/b-c.toml");
  EXPECT_EQ(shell_word(""), "''");
  EXPECT_EQ(shell_word("$(x)"), "'$(x)'");
  EXPECT_EQ(shell_word("it's"), "'it'\\''s'");
  EXPECT_EQ(shell_word("a\n#SBATCH 'b\\"), "$'a\\012#SBATCH \\'b\\\\'");
  EXPECT_EQ(shell_word("n\xc3\xb6 \xc2\x9b \xff"), "$'n\xc3\xb6 \\302\\233 \\377'");
  EXPECT_EQ(shell_words({"a", "b c"}), "a 'b c'");
}

TEST(PathText, IsThePathUnlessALineCannotHoldIt) {
  EXPECT_EQ(path_text("runs/it's n\xc3\xb6 \\"), "runs/it's n\xc3\xb6 \\");
  EXPECT_EQ(path_text(""), "");
  EXPECT_EQ(path_text("a\nit's"), "$'a\\012it\\'s'");
  EXPECT_EQ(path_text("\x1b[2J\x7f"), "$'\\033[2J\\177'");
  EXPECT_EQ(path_text("\xc2\x9b"), "$'\\302\\233'");  // U+009B, which some terminals obey
  EXPECT_EQ(path_text("\xff"), "$'\\377'");           // no UTF-8
}

}  // namespace
}  // namespace tarn::io
