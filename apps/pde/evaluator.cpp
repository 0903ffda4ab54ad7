#include "tarn/apps/pde/evaluator.hpp"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "tarn/ops/reduce/statistics.hpp"

namespace tarn::apps::pde {

namespace {

/// What faces do to the fields of the state.
std::vector<FieldFaces> faces_of_state(const io::Deck& deck, const System& system) {
  auto faces = faces_of(deck, system);
  faces.resize(system.fields.size());
  return faces;
}

}  // namespace

template <class Real>
Evaluator<Real>::Evaluator(const SimulationContext& context, const System& system,
                           const std::vector<std::vector<int>>& programs)
    : context_(context),
      system_(system),
      row_(context.grid.row_length(sizeof(Real))),
      ghosts_(context, system, faces_of_state(context.deck, system)),
      scratch_(context.grid.make_fields<Real>("tarn::pde::scratch", 1)) {
  make_auxiliaries();
  for (const auto& roots : programs) {
    Set set{roots, system.tasks(roots), nullptr};
    if (!roots.empty() && sets_.size() >= sets_of_numbers)
      set.program = std::make_unique<Compiled<Real>>(compiled(roots));
    for (const Task& task : set.tasks) {
      if (task.is_field || reduced_.contains(task.number)) continue;
      reduced_[task.number] = std::make_unique<Compiled<Real>>(compiled({system.graph[task.number].child[0]}));
    }
    sets_.push_back(std::move(set));
  }
  make_space_fields();
}

template <class Real>
Compiled<Real> Evaluator<Real>::compiled(const std::vector<int>& roots) {
  return {system_, lowered(system_, roots, &space_nodes_), context_.grid, row_};
}

template <class Real>
void Evaluator<Real>::make_auxiliaries() {
  const auto faces = faces_of(context_.deck, system_);
  for (const Named& one : system_.auxiliaries) {
    const std::size_t number = system_.fields.size() + auxiliaries_.size();
    auxiliaries_.push_back(std::make_unique<AuxiliaryField<Real>>(
        AuxiliaryField<Real>{compiled({one.node}), context_.grid.make_fields<Real>("tarn::pde::" + one.name, 1),
                             FacedGhosts<Real>(context_, system_, {faces[number]})}));
  }
}

template <class Real>
void Evaluator<Real>::make_space_fields() {
  if (space_nodes_.nodes.empty()) return;
  space_values_ =
      context_.grid.make_fields<Real>("tarn::pde::formulas_of_space", static_cast<int>(space_nodes_.nodes.size()));
  for (const int node : space_nodes_.nodes) {
    space_programs_.emplace_back(system_, lowered(system_, {node}, nullptr), context_.grid, row_);
    space_moves_.push_back((system_.dependence(node) & on_time) != 0 ? 1 : 0);
  }
  domain_.time = 0;
  for (std::size_t n = 0; n < space_programs_.size(); ++n) {
    space_programs_[n].set_numbers(system_, domain_);
    set_from_program<Real>(context_.patch.space(), space_programs_[n], context_.grid, space_values_,
                           static_cast<int>(n));
  }
}

/// Brings formulas that change in time to a time.
template <class Real>
void Evaluator<Real>::set_space_fields(double time) {
  if (time == space_time_) return;
  space_time_ = time;
  for (std::size_t n = 0; n < space_programs_.size(); ++n) {
    if (space_moves_[n] == 0) continue;
    space_programs_[n].set_numbers(system_, domain_);
    set_from_program<Real>(context_.patch.space(), space_programs_[n], context_.grid, space_values_,
                           static_cast<int>(n));
  }
}

template <class Real>
ReadArrays<Real> Evaluator<Real>::arrays(const Fields<Real>& now) const {
  ReadArrays<Real> arrays;
  arrays.first[array_state] = now.data();
  arrays.first[array_of_space] = space_values_.data();
  for (std::size_t n = 0; n < auxiliaries_.size(); ++n)
    arrays.first[array_auxiliary + n] = auxiliaries_[n]->values.data();
  return arrays;
}

template <class Real>
void Evaluator<Real>::fill(const Fields<Real>& now, double time) {
  if (filled_ == now.data() && (filled_time_ == time || !ghosts_.faces_move())) return;
  const bool rest = row_ends_filled_ == now.data();
  const auto timer = context_.regions.time("halo", rest ? ghosts_.bytes_per_fill_rest() : ghosts_.bytes_per_fill());
  if (rest) {
    ghosts_.fill_rest(now, time);
  } else {
    ghosts_.fill(now, time);
  }
  filled_ = now.data();
  filled_time_ = time;
}

template <class Real>
void Evaluator<Real>::prepare(std::size_t set, const Fields<Real>& now, double time) {
  domain_.time = time;
  {
    const auto timer = context_.regions.time("boundary and source");
    ghosts_.set(time);
    for (const auto& one : auxiliaries_)
      one->ghosts.set(time);
    set_space_fields(time);
  }
  fill(now, time);
  for (const Task& task : sets_[set].tasks) {
    if (task.is_field) {
      compute_auxiliary(static_cast<std::size_t>(task.number), now);
    } else {
      reduce(task.number, now);
    }
  }
}

template <class Real>
void Evaluator<Real>::compute_auxiliary(std::size_t number, const Fields<Real>& now) {
  auto& one = *auxiliaries_[number];
  constexpr bool with_ends = !tarn::detail::space_is_gpu;  // prepare() has brought the faces to this time
  const RowEnds<Real> ends = one.ghosts.row_ends(one.values);
  one.program.set_numbers(system_, domain_);
  {
    const auto timer =
        context_.regions.time("step", context_.grid.interior().size() * static_cast<std::int64_t>(sizeof(Real)) * 2);
    one.program.store("tarn::pde::" + system_.auxiliaries[number].name, context_.patch.space(),
                      context_.grid.interior(), arrays(now), one.values, Plain<Real>{}, with_ends ? &ends : nullptr);
  }
  const auto timer =
      context_.regions.time("halo", with_ends ? one.ghosts.bytes_per_fill_rest() : one.ghosts.bytes_per_fill());
  if (with_ends) {
    one.ghosts.fill_rest(one.values, domain_.time);
  } else {
    one.ghosts.fill(one.values, domain_.time);
  }
}

/// An integral or a mean over the domain, with the same bits for any number of ranks.
template <class Real>
void Evaluator<Real>::reduce(int node, const Fields<Real>& now) {
  auto& program = *reduced_.at(node);
  program.set_numbers(system_, domain_);
  program.store("tarn::pde::integrand", context_.patch.space(), context_.grid.interior(), arrays(now), scratch_,
                Plain<Real>{});
  const auto s =
      ops::statistics<Real>(context_.patch.space(), context_.patch.ranks(), context_.grid, one_of(scratch_, 0));
  const bool is_mean = static_cast<Operator>(system_.graph[node].index) == Operator::mean;
  domain_.reductions[node] = is_mean ? s.sum / static_cast<double>(system_.cells) : s.sum * system_.cell_volume();
}

template <class Real>
std::vector<double> Evaluator<Real>::numbers(std::size_t set) const {
  std::vector<double> numbers;
  for (const int root : sets_[set].roots)
    numbers.push_back(domain_.value(system_, root));
  return numbers;
}

template <class Real>
void Evaluator<Real>::store_or_fill(std::size_t set, const std::string& label, const Fields<Real>& now,
                                    const Fields<Real>& out) {
  if (auto& program = sets_[set].program) {
    program->set_numbers(system_, domain_);
    return program->store(label, context_.patch.space(), context_.grid.interior(), arrays(now), out, Plain<Real>{});
  }
  Kokkos::deep_copy(context_.patch.space(), out, static_cast<Real>(domain_.value(system_, sets_[set].roots[0])));
}

template <class Real>
std::vector<FaceSlot> Evaluator<Real>::bad_faces() const {
  auto found = ghosts_.bad_faces();
  for (std::size_t n = 0; n < auxiliaries_.size(); ++n) {
    for (FaceSlot slot : auxiliaries_[n]->ghosts.bad_faces()) {
      slot.field = system_.field_count() + static_cast<int>(n);
      found.push_back(slot);
    }
  }
  return found;
}

template <class Real>
std::vector<std::string> Evaluator<Real>::remarks() const {
  int compiled = 0;
  double seconds = 0;
  std::set<std::string> obstacles;
  const auto look = [&](const Compiled<Real>& program) {
    const auto way = program.way();
    if (!way) return;
    compiled += way->is_compiled ? 1 : 0;
    seconds += way->seconds;
    if (!way->is_compiled) obstacles.insert(way->why);
  };
  for (const Set& set : sets_) {
    if (set.program) look(*set.program);
  }
  for (const auto& one : auxiliaries_)
    look(one->program);
  for (const auto& [node, program] : reduced_)
    look(*program);
  std::vector<std::string> remarks;
  if (compiled > 0)
    remarks.push_back(fmt::format("{} compiled by the GPU's driver, in {:.2f} s",
                                  compiled == 1 ? std::string("the equations' kernel was")
                                                : fmt::format("{} kernels of the equations were", compiled),
                                  seconds));
  for (const std::string& why : obstacles)
    remarks.push_back(fmt::format(
        "{} interpreted: {}", compiled == 0 ? "the equations' kernels were" : "a kernel of the equations was", why));
  return remarks;
}

/// The fields of the state and those of space that are read, those that are written, and what the integrator reads.
template <class Real>
std::int64_t Evaluator<Real>::bytes_per_cell(std::size_t set, int others) const {
  const auto numbers = numbers_moved(sets_[set].program->program(), static_cast<std::size_t>(others));
  return static_cast<std::int64_t>(numbers * sizeof(Real));
}

template class Evaluator<float>;
template class Evaluator<double>;

}  // namespace tarn::apps::pde
