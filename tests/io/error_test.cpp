#include "tarn/io/error.hpp"

#include <cerrno>
#include <stdexcept>
#include <system_error>

#include <gtest/gtest.h>

namespace tarn::io {
namespace {

TEST(FileError, ShowsItsPathAndTheNamesInFilesOnOneLine) {
  const Missing error("a\nb.h5", "has no /c\x1b[2J");

  EXPECT_STREQ(error.what(), "$'a\\012b.h5': has no /c\\u001B[2J");
  EXPECT_EQ(error.path(), "a\nb.h5");
  EXPECT_EQ(error.detail(), "has no /c\x1b[2J");
  EXPECT_STREQ(Missing("it's b.h5", "has no /c").what(), "it's b.h5: has no /c");
}

TEST(WhatOf, ShowsThePathsOfTheStandardLibraryLikewise) {
  const auto code = std::make_error_code(std::errc::permission_denied);
  const std::filesystem::filesystem_error plain("cannot copy", "a b", "a b", code),
      odd("cannot copy", "a\nb", "c\r", code), one("cannot list", "a\nb", code);
  const std::string begins = "filesystem error: cannot copy: Permission denied";

  EXPECT_EQ(what_of(plain), begins + " [a b] [a b]");
  EXPECT_EQ(what_of(odd), begins + " [$'a\\012b'] [$'c\\015']");
  EXPECT_EQ(what_of(one), "filesystem error: cannot list: Permission denied [$'a\\012b']");
  EXPECT_EQ(what_of(std::runtime_error("a\nb")), "a\nb");
}

}  // namespace
}  // namespace tarn::io
