// The decks that apps are measured by are the files in their folders.
#include "tarn/apps/driver/verification.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tarn/apps/driver/case.hpp"

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
  register_verification({.app = "of_the_test", .decks = {"second"}, .orders = [](const io::Deck&) {
                           return Orders{2, 1};
                         }});
  register_verification({.app = "of_the_test"});

  EXPECT_THAT(verification_of("of_the_test").decks, testing::ElementsAre("first", "second"));
  EXPECT_TRUE(verification_of("of_the_test").conserved);
  EXPECT_TRUE(verification_of("of_the_test").orders);
  EXPECT_TRUE(verification_of("of_nobody").decks.empty());
}

/// Of a deck with these kinds along its axes; where a text is empty it does not say any.
bool has(const std::string& kind, const std::vector<std::string>& axes) {
  std::string cells, kinds;
  for (std::size_t axis = 0; axis < axes.size(); ++axis) {
    cells += axis == 0 ? "8" : ", 8";
    if (!axes[axis].empty()) kinds += std::string{"xyz"[axis]} + " = " + axes[axis] + "\n";
  }
  const std::string text = "[run]\napp = \"gray_scott\"\n[grid]\ncells = [" + cells + "]\n[grid.boundary]\n" + kinds +
                           "[time]\nend = 1\n[gray_scott]\nfeed = 0\nkill = 0\n[gray_scott.initial]\nu = 1\nv = 0\n";
  return has_boundary(parse_case(text, "deck")->deck(), kind);
}

TEST(HasBoundary, FindsAKindOnEitherSideOfEachAxis) {
  for (std::size_t axis = 0; axis < 3; ++axis) {
    for (const char* kinds : {"\"held\"", "[\"held\", \"neumann\"]", "[\"neumann\", \"held\"]"}) {
      std::vector<std::string> axes(3, "\"neumann\"");
      axes[axis] = kinds;
      EXPECT_TRUE(has("held", axes)) << axis << kinds;
    }
  }
}

TEST(HasBoundary, FindsNoKindThatNoFaceHas) {
  EXPECT_FALSE(has("held", {"\"neumann\"", "\"periodic\"", "\"neumann\""}));
  EXPECT_FALSE(has("periodic", {"\"neumann\"", "[\"held\", \"neumann\"]", "\"held\""}));
  EXPECT_FALSE(has("he", {"\"held\""}));
}

/// An axis that the deck says nothing of is periodic; one that the domain does not have has no faces.
TEST(HasBoundary, KnowsWhatIsNotSaid) {
  EXPECT_TRUE(has("periodic", {""}));
  EXPECT_TRUE(has("periodic", {"\"neumann\"", ""}));
  EXPECT_FALSE(has("neumann", {"", ""}));
  EXPECT_FALSE(has("periodic", {"\"neumann\""}));
  EXPECT_FALSE(has("periodic", {"\"neumann\"", "\"held\""}));
}

/// A deck of pde that has an exact solution.
struct Promise {
  std::string deck;             ///< what it has beside its equation and its solution
  std::string equation;         ///< of u
  std::string exact;            ///< u
  std::optional<double> space;  ///< what is promised
  std::optional<double> time;
};

TEST(PromisedOrders, AreThoseOfTheDifferencesWhereAllIsSmooth) {
  const std::string given = "[grid.boundary]\nx = \"given\"\n[pde.boundary.u]\nx = { value = 0 }\n";
  const std::string outflow = "[grid.boundary]\nx = \"outflow\"\n", law = "[pde]\nspeed = [1]\n";
  const std::vector<Promise> promises{
      {"", "dxx(u)", "sin(2 * pi * x)", 2, 2},
      {"[pde]\norder = 4\nintegrator = \"rk4\"\n", "dxx(u)", "sin(2 * pi * x)", 4, 4},
      {"[pde]\norder = 4\nintegrator = \"rk4\"\n" + given, "dxx(u)", "sin(2 * pi * x)", 4, 2},
      {"[pde]\norder = 4\n" + given + "[pde.let]\nw = \"dxx(u)\"\n[pde.boundary.w]\nx = { slope = 0 }\n",
       "-1e-3 * dxx(w)", "sin(2 * pi * x)", 2, 2},
      {"[pde]\norder = 4\n" + given, "dxx(u) - mean(u)", "sin(2 * pi * x)", 2, 2},
      {"[pde]\nintegrator = \"euler\"\n", "dxx(u) - mean(u)", "sin(2 * pi * x)", 2, 1},
      {"", "dxx(u)", "abs(x - 0.5)", {}, 2},
      {"", "diffuse(x < 0.5 ? 1 : 2, u)", "sin(2 * pi * x)", {}, 2},
      {"", "dxx(u)", "", {}, 2},
      {outflow, "dxx(u)", "sin(2 * pi * x)", {}, 2},
      {law + "integrator = \"rk3\"\n[pde.flux]\nu = [\"u\"]\n", "", "sin(2 * pi * x)", 1.5, {}},
      {law + "integrator = \"rk3\"\n[pde.flux]\nu = [\"u\"]\n[verify]\nnorms = [\"max\"]\n",
       "",
       "sin(2 * pi * x)",
       1,
       {}},
      {law + "[pde.flux]\nu = [\"u\"]\n", "", "sin(2 * pi * x)", {}, {}},
      {"", "dxx(u) + (t < 5e-4 ? 1 : 0)", "sin(2 * pi * x)", {}, {}},
  };
  for (const auto& [deck, equation, exact, space, time] : promises) {
    std::string text = "[run]\napp = \"pde\"\n[grid]\ncells = [32]\n[time]\nend = 1e-3\n[pde.initial]\nu = 0\n" + deck;
    if (!equation.empty()) text += "[pde.equations]\nu = \"" + equation + "\"\n";
    if (!exact.empty()) text += "[exact]\nu = \"" + exact + "\"\n";
    SCOPED_TRACE(text);

    const Orders orders = verification_of("pde").orders(parse_case(text, "deck")->deck());

    EXPECT_EQ(orders.space, space);
    EXPECT_EQ(orders.time, time);
  }
}

}  // namespace
}  // namespace tarn::apps
