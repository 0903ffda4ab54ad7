// Stages in PTX, which a GPU's driver compiles, run in an interpreter here: the bits are those of a host's stage.
#include "tarn/apps/pde/stage_ptx.hpp"

#include <unistd.h>

#include <bit>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <limits>
#include <map>
#include <random>
#include <regex>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "tarn/apps/driver/case.hpp"
#include "tarn/apps/pde/compiled.hpp"
#include "tarn/apps/pde/extreme_key.hpp"
#include "tarn/apps/pde/pde.hpp"
#include "tarn/io/deck/deck_text.hpp"
#include "tarn/ops/formula/ptx_functions.hpp"
#include "tarn/tests/ops/formula/ptx_interpreter.hpp"
#include "tarn/tests/support/runtime.hpp"

namespace tarn::apps::pde {
namespace {

using ops::test::PtxInterpreter;

Grid grid_of(int dimensions, std::array<int, 3> cells, int ghosts) {
  Domain domain;
  domain.dimensions = dimensions;
  for (std::size_t axis = 0; axis < 3; ++axis)
    domain.cells[axis] = static_cast<int>(axis) < dimensions ? cells[axis] : 1;
  return Grid(domain, Decomposition(domain.cells, domain.periodic, 1, 0, ghosts), ghosts);
}

/// The fields on the host: themselves where they are there, or a copy.
template <class Real>
auto on_host(const Fields<const Real>& fields) {
  return Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace{}, fields);
}

/// Makes every element, ghosts too, value(n).
template <class Real, class Value>
void fill(const Fields<Real>& fields, const Value& value) {
  const auto host = Kokkos::create_mirror_view(fields);
  for (std::size_t n = 0; n < host.span(); ++n)
    host.data()[n] = value(n);
  Kokkos::deep_copy(fields, host);
}

/// Numbers between 0.9 and 1.2 in all cells, so that densities, depths and pressures are above 0.
template <class Real>
Fields<Real> random_fields(const Grid& grid, int count, unsigned seed) {
  const auto fields = grid.make_fields<Real>("test::fields", count);
  std::mt19937 engine(seed);
  fill<Real>(fields,
             [&](std::size_t) { return static_cast<Real>(0.9 + 0.3 * static_cast<double>(engine()) / 4294967295.0); });
  return fields;
}

template <class Real>
Fields<Real> copy_of(const Fields<Real>& fields) {
  const Fields<Real> copy("test::copy", fields.extent(0), fields.extent(1), fields.extent(2), fields.extent(3));
  Kokkos::deep_copy(copy, fields);
  return copy;
}

/// Host copies of the fields that the interpreter of PTX reads, each made once.
template <class Real>
class HostCopies {
 public:
  using Copy = decltype(on_host<Real>(Fields<const Real>{}));

  const Copy& operator()(const Fields<const Real>& fields) {
    const auto [found, is_new] = copies_.try_emplace(fields.data());
    if (is_new) found->second = on_host<Real>(fields);
    return found->second;
  }

 private:
  std::map<const Real*, Copy> copies_;
};

/// A program on a grid, with arrays that it reads.
template <class Real>
class Stage {
 public:
  Stage(const System& system, const Program& program, const Grid& grid, int space_fields)
      : program_(program),
        grid_(grid),
        compiled_(system, program, grid, grid.row_length(sizeof(Real))),
        now_(random_fields<Real>(grid, system.field_count(), 1)),
        space_(random_fields<Real>(grid, std::max(space_fields, 1), 2)),
        count_(static_cast<int>(program.results.size())) {
    for (std::size_t n = 0; n < system.auxiliaries.size(); ++n)
      auxiliaries_.push_back(random_fields<Real>(grid, 1, 10 + static_cast<unsigned>(n)));
    DomainNumbers domain{0.7, {}};
    for (int node = 0; node < static_cast<int>(system.graph.size()); ++node)
      domain.reductions[node] = 1.25;
    compiled_.set_numbers(system, domain);
    arrays_.first[array_state] = now_.data();
    arrays_.first[array_of_space] = space_.data();
    for (std::size_t n = 0; n < auxiliaries_.size(); ++n)
      arrays_.first[array_auxiliary + n] = auxiliaries_[n].data();
  }

  const Fields<Real>& now() const { return now_; }

  /// @param combine  made from the array that is written, which it may read
  template <class MakeCombine>
  void expect_bits_of_host(const MakeCombine& combine) const {
    const auto wanted = random_fields<Real>(grid_, count_, 5), got = copy_of<Real>(wanted);
    const auto combination = combine(got);
    HostCopies<Real> copies;
    run(ptx(form_of(combination)), copies(got).data(), data_of(combination), copies);

    compiled_.store("test", Space{}, grid_.interior(), arrays_, wanted, combine(wanted));

    using Bits = std::conditional_t<sizeof(Real) == 4, std::uint32_t, std::uint64_t>;
    const auto wanted_here = on_host<Real>(wanted), got_here = copies(got);
    std::size_t others = 0;
    for (std::size_t n = 0; n < wanted_here.span(); ++n)
      others += std::bit_cast<Bits>(wanted_here.data()[n]) != std::bit_cast<Bits>(got_here.data()[n]) ? 1 : 0;
    EXPECT_EQ(others, 0u) << "of " << wanted.span();
  }

  StagePtx ptx(const ops::CombinationForm& form, StagePurpose purpose = StagePurpose::store) const {
    const auto [row, plane, field] = compiled_.layout();
    return stage_ptx(program_,
                     {grid_.interior(), grid_.dimensions(), row, plane, field, sizeof(Real) == 4, form, purpose});
  }

  /// The cells that the kernels find are those that a look at all of them finds.
  void expect_extremes_of_host() const {
    const auto values = random_fields<Real>(grid_, count_, 5);
    compiled_.store("test", Space{}, grid_.interior(), arrays_, values, Plain<Real>{});
    std::vector<std::int64_t> keys;
    for (int n = 0; n < count_; ++n)
      keys.insert(keys.end(), {least_unknown, greatest_unknown});

    HostCopies<Real> copies;
    run(ptx({}, StagePurpose::extremes), keys.data(), {}, copies);

    const auto values_here = on_host<Real>(values);

    for (int n = 0; n < count_; ++n) {
      for (const bool greatest : {false, true}) {
        const std::int64_t key = keys[2 * static_cast<std::size_t>(n) + (greatest ? 1U : 0U)];
        const bool is_known = key != (greatest ? greatest_unknown : least_unknown);
        EXPECT_EQ(is_known ? element_of(key, greatest) : -1, first_extreme(values_here, n, greatest))
            << "result " << n << (greatest ? ", greatest" : ", least");
      }
    }
  }

  /// Makes the state a few numbers, so that many cells are alike, and some that are none.
  void make_alike(Real none) {
    fill<Real>(now_, [&](std::size_t n) {
      return n % 7 == 3 ? none : static_cast<Real>(0.5 + static_cast<double>(n * n % 5));
    });
  }

 private:
  template <class T>
  static std::uint64_t bits(const T* address) {
    return reinterpret_cast<std::uint64_t>(address);
  }
  static std::uint64_t bits(Real value) {
    if constexpr (sizeof(Real) == 4) {
      return std::bit_cast<std::uint32_t>(value);
    } else {
      return std::bit_cast<std::uint64_t>(value);
    }
  }

  std::int64_t first_extreme(const typename HostCopies<Real>::Copy& values, int result, bool greatest) const {
    std::int64_t at = -1;
    Real best = 0;
    const CellRange box = grid_.interior();
    for (int k = box.begin[2]; k < box.end[2]; ++k) {
      for (int j = box.begin[1]; j < box.end[1]; ++j) {
        for (int i = box.begin[0]; i < box.end[0]; ++i) {
          const Real value = compared(values(result, k, j, i));
          if (!may_be_extreme(value, greatest)) continue;
          if (at >= 0 && !(greatest ? value > best : value < best)) continue;
          best = value;
          at = &values(0, k, j, i) - values.data();
        }
      }
    }
    return at;
  }

  /// What a kernel of the compiled program reads as `array`.
  const Fields<Real>& read_by(int array) const {
    if (array == array_state) return now_;
    return array == array_of_space ? space_ : auxiliaries_.at(static_cast<std::size_t>(array - array_auxiliary));
  }

  /// Runs the kernel on copies of its arrays.
  /// @param out  where it writes, on the host
  void run(const StagePtx& kernel, const void* out, const ops::CombinationData<Real>& data,
           HostCopies<Real>& copies) const {
    std::vector<std::uint64_t> parameters{bits(out)};
    for (const int array : kernel.arrays)
      parameters.push_back(bits(copies(read_by(array)).data()));
    for (const int array : kernel.combined)
      parameters.push_back(bits(copies(data.arrays[static_cast<std::size_t>(array)]).data()));
    for (const int number : kernel.numbers)
      parameters.push_back(bits(compiled_.numbers()[number]));
    for (const Real weight : data.weights)
      parameters.push_back(bits(weight));
    for (const StageEntry& entry : kernel.entries) {
      PtxInterpreter interpreter(kernel.text, entry.name, stage_threads);
      for (std::int64_t thread = 0; thread < entry.blocks * stage_threads; ++thread)
        interpreter.run(parameters, static_cast<std::uint64_t>(thread));
    }
  }

  const Program& program_;
  const Grid& grid_;
  Compiled<Real> compiled_;
  Fields<Real> now_, space_;
  std::vector<Fields<Real>> auxiliaries_;
  ReadArrays<Real> arrays_;
  int count_;
};

/// The sum of an integrator's stage with weights that are all different.
template <class Real, int Before, int After, int Now>
ops::Combination<Real, Before, After, Now> sum_of(const std::vector<Fields<Real>>& arrays) {
  ops::Combination<Real, Before, After, Now> sum;
  for (int n = 0; n < Before + After; ++n) {
    sum.a[n] = arrays[static_cast<std::size_t>(n)];
    sum.weight[n] = static_cast<Real>(0.75 - 0.3 * n);
  }
  sum.rate_weight = static_cast<Real>(0.01);
  return sum;
}

/// Every form of a combination that an integrator has. Some write where they read.
template <class Real>
void expect_all_forms(const Stage<Real>& stage, const Grid& grid, int fields) {
  const auto other = random_fields<Real>(grid, fields, 6), third = random_fields<Real>(grid, fields, 7);
  const Fields<Real>& now = stage.now();
  const auto from = [&](const auto& combination) {
    return FromNow<Real, std::decay_t<decltype(combination)>>{combination, now};
  };
  using Out = Fields<Real>;
  stage.expect_bits_of_host([&](const Out&) { return from(sum_of<Real, 1, 0, 0>({now})); });
  stage.expect_bits_of_host([&](const Out& out) { return from(sum_of<Real, 2, 0, 1>({out, now})); });
  stage.expect_bits_of_host([&](const Out&) { return from(sum_of<Real, 1, 0, -1>({other})); });
  stage.expect_bits_of_host([&](const Out&) { return from(sum_of<Real, 0, 0, -1>({})); });
  stage.expect_bits_of_host([&](const Out& out) { return from(sum_of<Real, 3, 1, 0>({now, out, other, third})); });
  stage.expect_bits_of_host([&](const Out& out) {
    return from(ops::Rk4Last<Real>{out, other, third, now, Real(1) / 3, static_cast<Real>(0.01)});
  });
}

/// What a deck's stages consist of.
struct Read {
  System system;
  SpaceFields space{};
  std::vector<Program> others{};  ///< of auxiliary fields
  Program rates{};

  explicit Read(const std::string& text) : system(system_of(parse_case(text, "deck")->deck())) {
    rates = lowered(system, system.rates, &space);
    for (const Named& one : system.auxiliaries)
      others.push_back(lowered(system, {one.node}, &space));
  }
  int ghosts() const { return std::max(1, system.reach); }
};

std::vector<std::filesystem::path> decks() {
  std::vector<std::filesystem::path> found;
  for (const auto& entry : std::filesystem::directory_iterator(TARN_SOURCE_DIR "/input_decks/pde"))
    found.push_back(entry.path());
  std::sort(found.begin(), found.end());
  return found;
}

template <class Real>
void expect_stages(const Read& read, const Grid& grid) {
  const int space = static_cast<int>(read.space.nodes.size());
  ASSERT_FALSE(obstacle_to_ptx(read.rates)) << *obstacle_to_ptx(read.rates);
  expect_all_forms<Real>(Stage<Real>(read.system, read.rates, grid, space), grid, read.system.field_count());
  Stage<Real> stage(read.system, read.rates, grid, space);
  stage.expect_extremes_of_host();
  for (const Real none : {std::numeric_limits<Real>::quiet_NaN(), -std::numeric_limits<Real>::infinity()}) {
    stage.make_alike(none);
    stage.expect_extremes_of_host();
  }
  for (const Program& program : read.others) {
    ASSERT_FALSE(obstacle_to_ptx(program));
    Stage<Real>(read.system, program, grid, space).expect_bits_of_host([](const auto&) { return Plain<Real>{}; });
  }
}

template <class Real>
class PdeStagePtx : public ::testing::Test {};
using Reals = ::testing::Types<float, double>;
TYPED_TEST_SUITE(PdeStagePtx, Reals);

TYPED_TEST(PdeStagePtx, HasTheBitsOfAHostForEveryDeck) {
  for (const auto& file : decks()) {
    SCOPED_TRACE(file.filename().string());
    const Read read(io::read_deck_text(file.string()));
    if (obstacle_to_ptx(read.rates) && !ops::detail::ptx_has_functions()) continue;  // it calls functions
    expect_stages<TypeParam>(read, grid_of(read.system.dimensions, {17, 7, 5}, read.ghosts()));
  }
}

const char* const three_dimensions = R"deck([run]
app = "pde"
[grid]
cells = [8, 8, 8]
[time]
end = 1
dt = 1e-5
[pde]
trust_dt = true
[pde.equations]
u = "laplace(u) - u * v^2 + dxy(v) + (u > v ? sign(u - 1) : min(u, v) * max(u, 0.5)) + x"
v = "diffuse(u, v) - upwind(u, v, 1, v) + (u < 1 && v > 0.5) + (u < 1 || !(v > 0.7)) - 1/u + sqrt(v) + floor(4*u) + abs(ceil(v-u))"
[pde.initial]
u = "1"
v = "1"
)deck";

TYPED_TEST(PdeStagePtx, TakesGridsOfAnyShape) {
  const Read read(three_dimensions);
  for (const std::array<int, 3> cells : {std::array{3, 3, 3}, {5, 9, 4}, {40, 3, 7}, {16, 17, 6}, {4, 3, 8}}) {
    SCOPED_TRACE(fmt::format("{} x {} x {}", cells[0], cells[1], cells[2]));
    for (const int ghosts : {2, 3})
      expect_stages<TypeParam>(read, grid_of(3, cells, ghosts));
  }
}

TEST(PdeStagePtxText, IsUnderstoodByTheAssembler) {
  const std::string assembler = TARN_PTXAS;
  if (assembler.empty()) GTEST_SKIP() << "the CUDA Toolkit's ptxas is not here";
  const std::string file = fmt::format("{}tarn_stage_{}.ptx", ::testing::TempDir(), getpid());
  const auto assemble = [&](const StagePtx& kernel) {
    std::ofstream(file) << kernel.text;
    return std::system(fmt::format("'{}' -arch=sm_90 '{}' -o /dev/null", assembler, file).c_str());
  };
  std::vector<std::string> texts{three_dimensions};
  for (const auto& deck : decks())
    texts.push_back(io::read_deck_text(deck.string()));
  for (const std::string& text : texts) {
    const Read read(text);
    if (obstacle_to_ptx(read.rates)) continue;
    const Grid grid = grid_of(read.system.dimensions, {17, 7, 5}, read.ghosts());
    const int space = static_cast<int>(read.space.nodes.size());
    for (const StagePurpose purpose : {StagePurpose::store, StagePurpose::extremes}) {
      EXPECT_EQ(assemble(Stage<double>(read.system, read.rates, grid, space).ptx({}, purpose)), 0) << text;
      EXPECT_EQ(assemble(Stage<float>(read.system, read.rates, grid, space).ptx({}, purpose)), 0) << text;
    }
    EXPECT_EQ(assemble(Stage<float>(read.system, read.rates, grid, space).ptx({ops::CombinationForm::Kind::rk4_last})),
              0)
        << text;
  }
  std::filesystem::remove(file);
}

/// The driver finds what it compiled for an earlier run by the text.
TEST(PdeStagePtxText, IsTheSameForADeckThatIsReadAnew) {
  std::vector<std::string> decks_text{three_dimensions};
  for (const auto& deck : decks())
    decks_text.push_back(io::read_deck_text(deck.string()));
  int compared = 0;
  for (const std::string& deck : decks_text) {
    const auto text = [&] {
      const Read read(deck);
      if (obstacle_to_ptx(read.rates)) return std::string();
      const Grid grid = grid_of(read.system.dimensions, {17, 7, 5}, read.ghosts());
      const auto space = static_cast<int>(read.space.nodes.size());
      return Stage<double>(read.system, read.rates, grid, space).ptx({}).text;
    };

    const std::string first = text(), again = text();

    EXPECT_EQ(first, again);
    compared += first.empty() ? 0 : 1;
  }
  EXPECT_GE(compared, 8);
}

TEST(PdeStagePtxText, ComputesOnceWhatCellsOfAThreadShare) {
  const auto count = [](const std::string& text, const std::string& part) {
    int found = 0;
    for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1))
      ++found;
    return found;
  };
  const Read read(R"deck([run]
app = "pde"
[grid]
cells = [16, 12]
[time]
end = 1
cfl = 0.5
[pde.equations]
u = "laplace(u)"
[pde.initial]
u = "x"
)deck");
  const Grid grid = grid_of(2, {16, 12, 1}, 1);
  const StagePtx kernel = Stage<double>(read.system, read.rates, grid, 0).ptx({});

  EXPECT_EQ(kernel.entries.size(), 1u);  // 12 rows are four threads' worth of three
  EXPECT_EQ(kernel.cells.lanes * kernel.cells.along, 6);
  // Rows of a pair of cells: five, and beside the inner three a pair to each side.
  EXPECT_EQ(count(kernel.text, "ld.global.nc.v2.f64"), 5 + 3 * 2);
  EXPECT_EQ(count(kernel.text, "fma"), 0);
}

TEST(PdeStagePtxText, IsRefusedWhereTheDriverWouldCompileForLong) {
  Program program;
  program.loads.resize(1);
  program.registers = 1;
  for (int n = 0; n < 400; ++n)
    program.steps.push_back({step_code(ops::OpCode::divide), 1, 0, 0, 1});
  program.results = {1};

  EXPECT_TRUE(obstacle_to_ptx(program));
  program.steps.resize(300);
  EXPECT_FALSE(obstacle_to_ptx(program));
}

}  // namespace
}  // namespace tarn::apps::pde
