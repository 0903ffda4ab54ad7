#pragma once

#include <map>
#include <string>
#include <vector>

#include "tarn/apps/driver/check_values.hpp"
#include "tarn/core/grid/ghost_cells.hpp"
#include "tarn/ops/formula/formula.hpp"

namespace tarn::apps {

/// Evaluates a formula of the grid's axes, and of t where it was compiled with it, on a face of the domain.
/// @param axis, side  the face
/// @param t           [time]
/// @param values      as GhostCells::given(); every entry is written
template <class Real>
void set_face_values(const Space& space, const ops::Formula& formula, const Grid& grid, int axis, int side, double t,
                     const Field<Real, 2>& values);

/// The keys x_lower ... z_upper of a table of formulas of x, y, z and t, one for each face of the domain.
/// @param meaning  of all, which is told behind the face
std::vector<io::Key> face_keys(const std::string& meaning, const std::string& unit);

/// What the boundary kind of a face asks of its formula; a kind that is not named takes none.
struct FaceNeeds {
  std::vector<std::string> needed_by;  ///< kinds that must have one
  std::vector<std::string> taken_by;   ///< kinds that may have one
};

/// Adds what is wrong with the formulas of such a table: of faces that need one, take none, or are not there. Reads
/// only keys that are valid.
/// @returns the formulas that are used, for check_values()
std::vector<ValuesOf> check_faces(const io::Deck& deck, const std::string& table, const FaceNeeds& needs,
                                  io::Problems& problems);

/// What the faces of a deck do to the fields of the state, which they all treat alike.
/// @param rules  of boundary kinds
/// @throws Error if the deck has another kind than these and "periodic"
FaceConditions face_conditions(const io::Deck& deck, const std::map<std::string, FaceRule>& rules, int fields = 1);

/// The formulas that give values to faces of the domain, those of this rank's block.
template <class Real>
class FaceFormulas {
 public:
  /// Evaluates a formula on a face, and again at other times if it changes in time.
  /// @param field, part  of GhostCells::given(); nothing happens where the block is not at that face
  void add(const GhostCells<Real>& ghosts, int axis, int side, const ops::Formula& formula, int field = 0,
           int part = 0);

  /// Adds those of a table of face_keys() that the deck has.
  void add_all(const GhostCells<Real>& ghosts, const io::Deck& deck, const std::string& table);

  /// Brings the values that change in time to a time.
  void set(const GhostCells<Real>& ghosts, double time);

  /// Whether any values of the domain change in time; the same on every rank.
  bool move() const { return move_; }
  /// Whether those of this block's faces across x do.
  bool move_x() const;

 private:
  struct Face {
    int axis, side, field, part;
    ops::Formula formula;
  };
  std::vector<Face> moving_;  ///< of this block
  bool move_ = false;
  double set_for_ = 0;
};

}  // namespace tarn::apps
