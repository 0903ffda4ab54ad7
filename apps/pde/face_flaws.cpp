#include "tarn/apps/pde/face_flaws.hpp"

#include <utility>

#include <fmt/format.h>

#include "tarn/apps/driver/problem.hpp"
#include "tarn/apps/pde/boundary.hpp"

namespace tarn::apps::pde {

namespace {

/// Where the deck has what a face gives, and the key of it.
std::pair<io::Position, std::string> written(const io::Deck& deck, const System& system, const FaceSlot& slot) {
  const std::string name = variable_name(system, slot.field);
  const auto key = face_key(deck, name, slot.axis, slot.side);
  const auto texts = key ? formulas_at(deck, *key) : std::vector<io::FormulaText>{};
  if (static_cast<std::size_t>(slot.part) >= texts.size() || slot.is_of_solution) {
    const std::string solution = "pde.manufactured." + name;
    return {deck.position(solution), solution};
  }
  if (slot.leaves_ghost_unknown) return {deck.position(*key + ".robin"), *key + ".robin"};
  for (const char* kind : {".value", ".slope", ".robin"}) {
    if (deck.given(*key + kind)) return {texts[static_cast<std::size_t>(slot.part)].position, *key + kind};
  }
  return {deck.position(*key), *key};
}

}  // namespace

FaceFlaw flaw_of(const io::Deck& deck, const System& system, const FaceSlot& slot) {
  const std::string face = face_name(slot.axis, slot.side);
  auto [position, key] = written(deck, system, slot);
  return {std::move(position), std::move(key),
          slot.leaves_ghost_unknown ? says_nothing_beyond + " " + face : "is NaN or infinite on the face " + face};
}

std::vector<std::string> face_flaws(const io::Deck& deck, const System& system, const std::vector<FaceSlot>& slots) {
  std::vector<std::string> all;
  for (const FaceSlot& slot : slots) {
    const FaceFlaw flaw = flaw_of(deck, system, slot);
    all.push_back(fmt::format("{}: {}{} {} at time {:g}", to_string(flaw.position), flaw.key,
                              slot.leaves_ghost_unknown ? ":" : "", flaw.text, slot.time));
  }
  return all;
}

}  // namespace tarn::apps::pde
