#include "tarn/io/deck/changed_keys.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tarn::io {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(ChangedKeys, AreThoseWithOtherValuesAndThoseOfOneDeckAlone) {
  const std::string earlier = "[pde]\nequations = { u = \"laplace(u)\", v = \"0\" }\n[time]\ncfl = 0.5\n";
  const std::string deck = "[pde.equations]\nu = \"2 * laplace(u)\"\nv = \"0\"\n[constants]\na = 1\n[time]\n";

  EXPECT_THAT(changed_keys(deck, earlier), ElementsAre("constants.a", "pde.equations.u", "time.cfl"));
}

TEST(ChangedKeys, AreNoneWhereOnlyTheTextDiffers) {
  EXPECT_THAT(changed_keys("# a note\n[grid]\ncells = [4, 4]\nupper = [1, 2]\n[heat]\ndiffusivity = 1.0\n",
                           "grid.cells = [4,4]\ngrid.upper = [1.0, 2.0]\nheat.diffusivity = 1\n"),
              IsEmpty());
}

TEST(ChangedKeys, AreNotHowLongARunGoesOnAndWhatItWrites) {
  EXPECT_THAT(
      changed_keys("time.end = 2\nrun.name = \"a\"\noutput = [{ every = { steps = 1 } }]\n[history]\nevery = 5\n",
                   "time.end = 1\ntime.max_steps = 4\n[[image]]\nfield = \"u\"\n[checkpoint]\nkeep = 3\n"),
      IsEmpty());
  EXPECT_THAT(changed_keys("run.seed = 2\ntime.ends = 3\n", ""), ElementsAre("run.seed", "time.ends"));
}

TEST(ChangedKeys, AreNamedByTheEntryOfAList) {
  EXPECT_THAT(changed_keys("[[jet]]\nspeed = 1\n[[jet]]\nspeed = 2\n", "[[jet]]\nspeed = 1\n[[jet]]\nspeed = 3\n"),
              ElementsAre("jet[1].speed"));
}

TEST(ChangedKeys, AreNoneOfWhatIsNoDeck) {
  EXPECT_THAT(changed_keys("a = 1\n", "a = \n"), IsEmpty());
}

}  // namespace
}  // namespace tarn::io
