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
  EXPECT_EQ(shell_words({"a", "b c"}), "a 'b c'");
}

}  // namespace
}  // namespace tarn::io
