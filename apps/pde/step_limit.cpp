#include "tarn/apps/pde/step_limit.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <numbers>
#include <set>
#include <utility>

#include <fmt/format.h>

namespace tarn::apps::pde {

namespace {

/// A number with few digits that is not nearer to 0, so that cells that hardly differ are one.
double coarse(double value) {
  constexpr int parts = 64;
  int exponent = 0;
  const double share = std::frexp(value, &exponent);
  return std::isfinite(value) ? std::ldexp(std::copysign(std::ceil(std::abs(share) * parts) / parts, share), exponent)
                              : value;
}

/// Of an eigenvalue: a part that is so much smaller is none.
constexpr double rounding = 1e-10;

/// Limits that are kept.
constexpr std::size_t most_known = 100000;

/// A bound of an absolute value.
double bound_of(std::complex<double> value) {
  return std::abs(value.real()) + std::abs(value.imag());
}

/// Up to so many fields all cells and waves are looked at.
constexpr int few_fields = 8;

/// Whether modes beside faces are looked for, which takes longer the more fields there are.
bool looks_for_modes(const System& system) {
  constexpr int most_in_space = 3;
  return system.field_count() <= (system.dimensions == 3 ? most_in_space : few_fields);
}

/// How many matrices of more fields can be looked at in a fraction of a second.
std::size_t affordable(int fields) {
  constexpr std::size_t operations = 8000000;
  const auto rows = static_cast<std::size_t>(fields);
  return operations / (rows * rows * rows);
}

/// How often a second the fastest signals cross a cell; -1: there are none.
int crossings(System& system) {
  ops::Graph& graph = system.graph;
  int sum = -1;
  for (std::size_t axis = 0; axis < system.laws.fastest.size(); ++axis) {
    int speed = graph.unary(ops::OpCode::abs, system.laws.fastest[axis]);
    if (!system.laws.slowest.empty())
      speed = graph.binary(ops::OpCode::max, speed, graph.unary(ops::OpCode::abs, system.laws.slowest[axis]));
    const int one = graph.product(graph.constant(1 / system.spacing[axis]), speed);
    sum = sum < 0 ? one : graph.sum(sum, one);
  }
  return sum;
}

}  // namespace

StepLimits::StepLimits(System& system, ops::Scheme scheme, int stages)
    : system_(system),
      linear_(linearised(system)),
      waves_(system, linear_, !looks_for_modes(system)),
      region_(scheme, stages),
      feedback_(system) {
  for (const auto& group : groups_of(system, linear_)) {
    if (!looks_for_modes(system)) break;
    add_modes(group);
    // Where fields act on each other little, their own sums of modes tell more.
    for (const int member : group) {
      if (group.size() > 1 && member < system.field_count()) add_modes({member});
    }
  }
  for (const int node : linear_.coefficients) {
    const bool varies = !system.graph.is_constant(node);
    place_.push_back(varies ? static_cast<int>(varying_.size()) : -1);
    if (varies) varying_.push_back(node);
  }
  varying_coefficients_ = varying_.size();
  coefficients_change_ =
      !std::all_of(varying_.begin(), varying_.end(), [&](int node) { return is_lasting(system, node); });
  if (varying_.size() > 1) varying_.push_back(fastest_change(system));
  crossings_ = crossings(system);
  if (crossings_ >= 0) varying_.push_back(crossings_);
}

void StepLimits::add_modes(const std::vector<int>& members) {
  EdgeModes modes(system_, linear_, members);
  if (modes.any()) edge_modes_.push_back(std::move(modes));
}

/// How fast the terms of a cell change waves at most, all together: a cell can be the fastest without being extreme in
/// any one term, such as one that a flow crosses along both axes.
int StepLimits::fastest_change(System& system) const {
  ops::Graph& graph = system.graph;
  int sum = graph.constant(0);
  for (std::size_t n = 0; n < linear_.terms.size(); ++n) {
    const auto coefficient = static_cast<std::size_t>(linear_.terms[n].coefficient);
    if (place_[coefficient] < 0) continue;
    const double most = waves_.largest_symbol(n);
    const int size = graph.unary(ops::OpCode::abs, linear_.coefficients[coefficient]);
    sum = graph.sum(sum, graph.product(graph.constant(most), size));
  }
  return sum;
}

/// What the equations make of a wave.
std::vector<StepLimits::Complex> StepLimits::rates_of(const std::vector<double>& coefficients,
                                                      const std::vector<Complex>& symbols) const {
  return eigenvalues(wave_matrix(system_, linear_, coefficients, symbols), system_.field_count());
}

double StepLimits::step_of_wave(const std::vector<double>& coefficients, const std::vector<Complex>& symbols,
                                const std::vector<Complex>& at_rest) const {
  double least = std::numeric_limits<double>::infinity();
  for (const Complex& value : rates_of(coefficients, symbols))
    least = std::min(least, step_of(value, at_rest));
  return least;
}

/// Waves between those that were looked at, around the slowest of them.
void StepLimits::look_between(const std::vector<double>& coefficients, const std::vector<Complex>& at_rest,
                              Slowest& slowest) const {
  constexpr int levels = 4;
  for (int level = 1; level <= levels; ++level) {
    for (PlaneWave& wave : waves_.around(slowest.wave, level)) {
      const double step = step_of_wave(coefficients, wave.symbols, at_rest);
      if (step < slowest.step) slowest = {step, std::move(wave)};
    }
  }
}

std::vector<double> StepLimits::coefficients(const std::vector<double>& values) const {
  std::vector<double> all;
  for (std::size_t n = 0; n < place_.size(); ++n)
    all.push_back(place_[n] < 0 ? system_.graph[linear_.coefficients[n]].value
                                : values[static_cast<std::size_t>(place_[n])]);
  return all;
}

/// The longest step with which a wave does not grow by the method, or not much faster than by itself.
double StepLimits::step_of(Complex value, const std::vector<Complex>& at_rest) const {
  constexpr double infinite = std::numeric_limits<double>::infinity();
  const double size = std::abs(value);
  if (!(size > 0)) return infinite;
  // What changes about as fast as a cell by itself does so on any grid: it cannot grow without bounds as the grid
  // becomes finer, so that its turns and its growth need only be followed.
  constexpr double about = 2;
  const bool is_of_cell = std::any_of(at_rest.begin(), at_rest.end(),
                                      [&](const Complex& other) { return size <= about * std::abs(other); });
  if (!is_of_cell) return region_.reach(value) / size;
  // One radian, and growth by e.
  const double longest = 1 / std::max(std::abs(value.imag()), follows_growth_ ? value.real() : 0);
  // A state that changes may pass between decay and growth, where both come to nothing. A method that makes turns grow
  // would need steps without end there, and so it does where two equal turns differ by rounding alone.
  constexpr double rounding_of_turns = 1e-6;
  const bool is_turn_of_cell = std::any_of(
      at_rest.begin(), at_rest.end(), [&](const Complex& other) { return size <= about * std::abs(other.imag()); });
  const bool may_grow = coefficients_change_ || (is_turn_of_cell && std::abs(value.real()) <= rounding_of_turns * size);
  const double reach = may_grow ? region_.reach_of_turns(value) : region_.reach(value);
  return value.imag() == 0 && value.real() < 0 ? reach / size : std::min(longest, reach / size);
}

/// Whether a cell by itself, or integrals and means, have such a rate.
template <class Predicate>
bool StepLimits::any_rate_at_rest(const std::vector<std::vector<double>>& cells, const std::vector<double>& numbers,
                                  const Predicate& is_meant) const {
  const auto of_numbers = numbers.empty() ? std::vector<Complex>{} : feedback_.rates(numbers);
  if (std::any_of(of_numbers.begin(), of_numbers.end(), is_meant)) return true;
  const std::size_t looked_at = std::min(cells.size(), affordable(system_.field_count()));
  return std::any_of(cells.begin(), cells.begin() + static_cast<std::ptrdiff_t>(looked_at), [&](const auto& values) {
    const auto rates = rates_of(coefficients(values), symbols_at_rest());
    return std::any_of(rates.begin(), rates.end(), is_meant);
  });
}

bool StepLimits::lets_turns_grow(const std::vector<std::vector<double>>& cells, const std::vector<double>& numbers,
                                 double step, bool notably) const {
  constexpr double noticed = 0.05;  // growth in a radian
  return any_rate_at_rest(cells, numbers, [&](const Complex& value) {
    const double turn = std::abs(value.imag());
    if (turn <= rounding * std::abs(value)) return false;
    const bool shrinks = value.real() <= rounding * std::abs(value);
    const double noticed_growth = step * (std::max(value.real(), 0.0) + noticed * turn);
    return region_.growth(step * value) > (shrinks && !notably ? rounding : noticed_growth);
  });
}

bool StepLimits::is_short_for_turns(const std::vector<std::vector<double>>& cells, const std::vector<double>& numbers,
                                    double step) const {
  constexpr double short_radians = 0.1, about = 1.01;
  return any_rate_at_rest(cells, numbers, [&](const Complex& value) {
    return -value.real() > rounding * std::abs(value) && step * std::abs(value.imag()) < short_radians &&
           std::abs(value.imag()) > -value.real() && region_.reach(value) <= about * step * std::abs(value);
  });
}

bool StepLimits::is_constant() const {
  return varying_.empty() &&
         std::all_of(numbers().begin(), numbers().end(), [&](int node) { return system_.graph.is_constant(node); });
}

bool StepLimits::changes() const {
  const auto last = [&](const std::vector<int>& nodes) {
    return std::all_of(nodes.begin(), nodes.end(), [&](int node) { return is_lasting(system_, node); });
  };
  return !(last(varying()) && last(numbers()));
}

bool StepLimits::changes_in_time() const {
  const auto any = [&](const std::vector<int>& nodes) {
    return std::any_of(nodes.begin(), nodes.end(), [&](int node) { return (system_.dependence(node) & on_time) != 0; });
  };
  return any(varying()) || any(numbers());
}

StepLimit StepLimits::of_cells(const std::vector<std::vector<double>>& cells, const std::vector<double>& numbers) {
  return with_feedback(cells, numbers, of_waves_and_modes(cells));
}

void StepLimits::follow_growth(bool follows) {
  if (follows_growth_ == follows) return;
  follows_growth_ = follows;  // what is known is of the other way
  known_.clear();
  known_modes_.clear();
  largest_of_.clear();
}

/// What integrals and means do by themselves may act on any wave, so it comes on top of what waves take of a step; and
/// together with a cell they may change faster than both.
StepLimit StepLimits::with_feedback(const std::vector<std::vector<double>>& cells, const std::vector<double>& numbers,
                                    const StepLimit& others) const {
  const auto are_finite = [](const std::vector<double>& values) {
    return std::all_of(values.begin(), values.end(), [](double value) { return std::isfinite(value); });
  };
  if (numbers.empty() || !(others.step > 0)) return others;
  // Cells without a limit because nothing is known of them have none.
  if (!std::isfinite(others.step) && !(!cells.empty() && std::all_of(cells.begin(), cells.end(), are_finite)))
    return others;
  const auto fastest = [&](const std::vector<Complex>& rates) {  // steps per unit of time
    double most = 0;
    for (const Complex& value : rates)  // growth is followed: an integral may end it within a step
      most = std::max(most, value.real() > 0 ? std::abs(value) : 1 / step_of(value, {value}));
    return most;
  };
  const double rate_of_others = 1 / others.step;
  double rate = rate_of_others + fastest(feedback_.rates(numbers));
  constexpr std::size_t most_cells = 8;
  std::size_t left = std::min(most_cells, affordable(static_cast<int>(feedback_.joint_rates())));
  for (const auto& values : cells) {
    if (left == 0) break;
    if (!are_finite(values)) continue;
    const auto at_rest = wave_matrix(system_, linear_, coefficients(values), symbols_at_rest());
    rate = std::max(rate, fastest(feedback_.rates(numbers, at_rest)));
    --left;
  }
  if (!(rate > rate_of_others)) return others;
  return {1 / rate, rate > 2 * rate_of_others ? feedback_.largest(numbers) : others.set_by, others.is_of_cell};
}

StepLimit StepLimits::of_waves_and_modes(const std::vector<std::vector<double>>& cells) {
  const int fields = system_.field_count();
  const bool takes_long = fields > few_fields && cells.size() * waves_.all().size() > affordable(fields);
  const StepLimit of_all = takes_long ? of_largest(cells) : StepLimit{};
  StepLimit least;
  const std::vector<double>* slowest = nullptr;
  for (const auto& values : cells) {
    const StepLimit limit = with_crossings(values, takes_long ? of_all : of_waves(key_of(values)));
    if (slowest != nullptr && limit.step >= least.step) continue;
    slowest = &values;
    least = limit;
  }
  if (edge_modes_.empty() || slowest == nullptr) return least;
  const StepLimit beside_faces = with_crossings(*slowest, of_modes(key_of(*slowest)));
  return beside_faces.step < least.step ? beside_faces : least;
}

/// A limit without the signals of conservation laws, and these: what each takes of a step adds up. As forward Euler
/// makes each new value a mean of old ones as long as the shares of the neighbours do not pass 1, so do the methods
/// that are made of its steps.
StepLimit StepLimits::with_crossings(const std::vector<double>& values, const StepLimit& others) const {
  if (crossings_ < 0) return others;
  const double rate = values.back(), rate_of_others = 1 / others.step;
  if (!(rate > 0) || !(others.step > 0)) return others;
  const bool are_faster = rate > rate_of_others;
  return {1 / (rate + rate_of_others),
          are_faster ? (system_.laws.slowest.empty() ? "pde.speed" : "pde.signals") : others.set_by,
          others.is_of_cell && !are_faster};
}

/// The coefficients of a cell by which its limit is known.
std::vector<double> StepLimits::key_of(const std::vector<double>& values) const {
  std::vector<double> key;
  for (std::size_t n = 0; n < std::min(varying_coefficients_, values.size()); ++n)
    key.push_back(coarse(values[n]));
  return key;
}

StepLimit StepLimits::of_modes(const std::vector<double>& key) {
  if (const auto found = known_modes_.find(key); found != known_modes_.end()) return found->second;
  const auto all = coefficients(key);
  const auto at_rest = rates_of(all, symbols_at_rest());
  Slowest slowest{std::numeric_limits<double>::infinity()};
  for (const EdgeModes& of_group : edge_modes_) {
    for (const Complex& value : of_group.rates(all))
      slowest.step = std::min(slowest.step, step_of(value, at_rest));
  }
  if (known_modes_.size() > most_known) known_modes_.clear();
  return known_modes_[key] = limit_of(all, slowest);
}

StepLimit StepLimits::of_waves(const std::vector<double>& key) {
  if (linear_.terms.empty()) return {std::numeric_limits<double>::infinity(), "nothing"};
  if (const auto found = known_.find(key); found != known_.end()) return found->second;
  const auto all = coefficients(key);
  const auto at_rest = rates_of(all, symbols_at_rest());
  Slowest slowest{std::numeric_limits<double>::infinity()};
  for (const PlaneWave& wave : waves_.all()) {
    const double step = step_of_wave(all, wave.symbols, at_rest);
    if (step < slowest.step) slowest = {step, wave};
  }
  if (region_.has_waists() && std::isfinite(slowest.step)) look_between(all, at_rest, slowest);
  if (known_.size() > most_known) known_.clear();
  return known_[key] = limit_of(all, slowest);
}

/// All waves with the coefficients of all cells: each wave with the cell of its largest matrix first, then each with
/// the next one.
std::vector<StepLimits::Candidate> StepLimits::candidates(const std::vector<std::vector<double>>& coefficients) const {
  const auto rows = static_cast<std::size_t>(system_.field_count());
  std::vector<Candidate> found;
  for (std::size_t cell = 0; cell < coefficients.size(); ++cell) {
    for (std::size_t wave = 0; wave < waves_.all().size(); ++wave) {
      const auto matrix = wave_matrix(system_, linear_, coefficients[cell], waves_.all()[wave].symbols);
      double largest = 0;
      for (std::size_t row = 0; row < rows; ++row) {
        double sum = 0;
        for (std::size_t column = 0; column < rows; ++column)
          sum += bound_of(matrix[row * rows + column]);
        largest = std::max(largest, sum);
      }
      found.push_back({largest, cell, wave});
    }
  }
  std::stable_sort(found.begin(), found.end(), [](const Candidate& a, const Candidate& b) { return a.size > b.size; });
  std::vector<std::size_t> turns(waves_.all().size());
  for (Candidate& one : found)
    one.turn = turns[one.wave]++;
  std::stable_sort(found.begin(), found.end(), [](const Candidate& a, const Candidate& b) { return a.turn < b.turn; });
  return found;
}

/// The limit of as many waves as can be looked at soon.
StepLimit StepLimits::of_largest(const std::vector<std::vector<double>>& cells) {
  if (linear_.terms.empty()) return {std::numeric_limits<double>::infinity(), "nothing"};
  std::set<std::vector<double>> keys;
  for (const auto& cell : cells)
    keys.insert(key_of(cell));
  if (keys == largest_of_) return limit_of_largest_;
  std::vector<std::vector<double>> all;
  for (const auto& key : keys)
    all.push_back(coefficients(key));
  std::map<std::size_t, std::vector<Complex>> at_rest;  // of cells
  Slowest slowest{std::numeric_limits<double>::infinity()};
  std::size_t cell_of_slowest = 0, left = std::max(affordable(system_.field_count()), waves_.all().size());
  for (const Candidate& one : candidates(all)) {
    if (left-- == 0) break;
    const auto [rest, is_new] = at_rest.try_emplace(one.cell);
    if (is_new) rest->second = rates_of(all[one.cell], symbols_at_rest());
    const PlaneWave& wave = waves_.all()[one.wave];
    const double step = step_of_wave(all[one.cell], wave.symbols, rest->second);
    if (step >= slowest.step) continue;
    slowest = {step, wave};
    cell_of_slowest = one.cell;
  }
  if (region_.has_waists() && std::isfinite(slowest.step))
    look_between(all[cell_of_slowest], at_rest.at(cell_of_slowest), slowest);
  largest_of_ = std::move(keys);
  return limit_of_largest_ = limit_of(all[cell_of_slowest], slowest);
}

/// The limit that a wave sets, by the term that has the largest share in it.
StepLimit StepLimits::limit_of(const std::vector<double>& coefficients, const Slowest& slowest) const {
  double largest = 0;
  const LinearTerm* most = nullptr;
  for (std::size_t n = 0; n < linear_.terms.size(); ++n) {
    const LinearTerm& term = linear_.terms[n];
    const double symbol = slowest.wave.symbols.empty() ? waves_.largest_symbol(n) : std::abs(slowest.wave.symbols[n]);
    const double share = std::abs(coefficients[static_cast<std::size_t>(term.coefficient)]) * symbol;
    if (share <= largest) continue;
    largest = share;
    most = &term;
  }
  if (most == nullptr) return {slowest.step};
  const auto name = [&](int index) { return variable_name(system_, index); };
  if (most->text.empty())
    return {slowest.step, fmt::format("how {} changes with {} in a cell", name(most->row), name(most->column)), true};
  return {slowest.step, fmt::format("{} of {} in the equation of {}", most->text, name(most->column), name(most->row))};
}

}  // namespace tarn::apps::pde
