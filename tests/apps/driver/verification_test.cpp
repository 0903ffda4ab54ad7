// The decks that apps are measured by are the files in their folders.
#include "tarn/apps/driver/verification.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tarn::apps {
namespace {

namespace fs = std::filesystem;

std::vector<std::string> files_of(const std::string& app) {
  std::vector<std::string> texts;
  for (const auto& entry : fs::directory_iterator(fs::path(TARN_SOURCE_DIR) / "apps" / app / "verify")) {
    std::ifstream file(entry.path());
    texts.emplace_back(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
  }
  return texts;
}

TEST(VerificationDecks, AreTheFilesOfTheApp) {
  for (const char* app : {"heat", "gray_scott", "euler", "pde"}) {
    const auto files = files_of(app);

    EXPECT_GE(files.size(), 4u) << app;
    EXPECT_THAT(verification_of(app).decks, testing::UnorderedElementsAreArray(files)) << app;
    EXPECT_TRUE(verification_of(app).conserved) << app;
  }
}

TEST(VerificationDecks, AddUpWhereAnAppRegistersTwice) {
  register_verification({.app = "of_the_test", .decks = {"first"}, .conserved = [](const io::Deck&) {
                           return std::vector<std::string>{"mass"};
                         }});
  register_verification({.app = "of_the_test", .decks = {"second"}});

  EXPECT_THAT(verification_of("of_the_test").decks, testing::ElementsAre("first", "second"));
  EXPECT_TRUE(verification_of("of_the_test").conserved);
  EXPECT_TRUE(verification_of("of_nobody").decks.empty());
}

}  // namespace
}  // namespace tarn::apps
