#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "tarn/apps/driver/app.hpp"
#include "tarn/apps/pde/boundary.hpp"
#include "tarn/apps/pde/compiled.hpp"
#include "tarn/apps/pde/face_values.hpp"

namespace tarn::apps::pde {

/// A field of a let: computed before what reads it, with ghosts of its own.
template <class Real>
struct AuxiliaryField {
  Compiled<Real> program;
  Fields<Real> values;
  FacedGhosts<Real> ghosts;
};

/// Computes expressions of a deck from fields: brings ghosts, faces, formulas of space, integrals and auxiliary fields
/// to the time first.
template <class Real>
class Evaluator {
 public:
  /// The first so many sets are of numbers of the domain.
  static constexpr std::size_t sets_of_numbers = 3;

  /// @param programs  sets of expressions that are computed, by number
  Evaluator(const SimulationContext& context, const System& system, const std::vector<std::vector<int>>& programs);

  const System& system() const { return system_; }

  /// Makes ready what a set of expressions reads. Collective.
  void prepare(std::size_t set, const Fields<Real>& now, double time);

  /// out(n, cell) = combine(n, cell, expression n of the set), once it was prepared with the same fields. `out` is to
  /// be the next state, of which a host fills the ghosts along x that it can.
  template <class Combine>
  void store(std::size_t set, const std::string& label, const Fields<Real>& now, const Fields<Real>& out,
             const Combine& combine);

  /// out(0, cell) = the first expression of the set as it is, even if it is one number for all cells.
  void store_or_fill(std::size_t set, const std::string& label, const Fields<Real>& now, const Fields<Real>& out);

  /// Expressions of the set, which are the same in all cells, once it was prepared.
  std::vector<double> numbers(std::size_t set) const;

  /// Values of the set's expressions in some cells of the domain: for each expression in the one where it is least,
  /// then in the one where it is greatest; none where it is nowhere a number. Collective; the same on every rank, for
  /// any number of ranks.
  std::vector<std::vector<double>> extreme_cells(std::size_t set, const Fields<Real>& now);

  /// The formulas of faces that gave what is NaN or infinite when they were evaluated last. Collective.
  std::vector<FaceSlot> bad_faces() const;

  /// Whether what the domain's faces give to the fields changes in time.
  bool faces_move() const { return ghosts_.faces_move(); }

  /// Forgets which ghosts are filled: the fields were written from outside.
  void forget() { filled_ = row_ends_filled_ = nullptr; }

  /// On a GPU, which way its kernels ran so far, and why, in a sentence for each way.
  std::vector<std::string> remarks() const;

  /// Bytes that a set's program reads and writes in a cell.
  std::int64_t bytes_per_cell(std::size_t set, int others) const;

 private:
  struct Set {
    std::vector<int> roots;
    std::vector<Task> tasks;
    std::unique_ptr<Compiled<Real>> program;  ///< none where the expressions are numbers
    Kokkos::View<double*, Space> extremes{};  ///< on a GPU, what the last look at extreme cells found
  };

  void make_space_fields();
  void make_auxiliaries();
  void fill(const Fields<Real>& now, double time);
  void set_space_fields(double time);
  void reduce(int node, const Fields<Real>& now);
  void compute_auxiliary(std::size_t number, const Fields<Real>& now);
  ReadArrays<Real> arrays(const Fields<Real>& now) const;
  Compiled<Real> compiled(const std::vector<int>& roots);

  SimulationContext context_;
  const System& system_;
  int row_;
  SpaceFields space_nodes_;
  std::vector<Compiled<double>> space_programs_;
  std::vector<char> space_moves_;
  Fields<Real> space_values_;
  double space_time_ = 0;
  std::vector<std::unique_ptr<AuxiliaryField<Real>>> auxiliaries_;
  std::map<int, std::unique_ptr<Compiled<Real>>> reduced_;  ///< what integrals and means are of, by their node
  std::vector<Set> sets_;
  FacedGhosts<Real> ghosts_;
  Fields<Real> scratch_;
  DomainNumbers domain_;
  const Real* filled_ = nullptr;           ///< the fields whose ghosts are filled,
  double filled_time_ = 0;                 ///< and the time that they are filled for
  const Real* row_ends_filled_ = nullptr;  ///< the fields whose ghosts along x are filled, as RowEnds does it
};

template <class Real>
template <class Combine>
void Evaluator<Real>::store(std::size_t set, const std::string& label, const Fields<Real>& now, const Fields<Real>& out,
                            const Combine& combine) {
  const bool with_ends = !tarn::detail::space_is_gpu && ghosts_.x_faces_stay();
  const RowEnds<Real> ends = ghosts_.row_ends(out);
  sets_[set].program->set_numbers(system_, domain_);
  sets_[set].program->store(label, context_.patch.space(), context_.grid.interior(), arrays(now), out, combine,
                            with_ends ? &ends : nullptr);
  if (filled_ == out.data()) filled_ = nullptr;
  if (with_ends) {
    row_ends_filled_ = out.data();
  } else if (row_ends_filled_ == out.data()) {
    row_ends_filled_ = nullptr;
  }
}

}  // namespace tarn::apps::pde
