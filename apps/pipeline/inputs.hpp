#pragma once

#include <optional>
#include <string>
#include <vector>

#include "tarn/apps/pipeline/array.hpp"
#include "tarn/io/deck/deck.hpp"

namespace tarn::apps::pipeline {

/// One file of a pipeline, as its header tells it.
struct Item {
  std::string name;  ///< the path beneath the root, as results name it
  std::string path;
  Signature signature;
  std::uint64_t size = 0;  ///< of the file [bytes]
  std::string flaw;        ///< why it cannot be read; empty: it can

  bool operator==(const Item&) const = default;
};

/// The files of a deck, sorted by name, each header read. A file that is missing, damaged or of the wrong type is an
/// item with a flaw. Calls HDF5.
/// @param root  the directory that the deck's paths are beneath
/// @throws DataError if a pattern matches nothing
std::vector<Item> find_items(const io::Deck& deck, const std::string& root);

/// All items as one text, for other ranks; and back.
std::string packed(const std::vector<Item>& items);
std::vector<Item> unpacked(const std::string& text);

}  // namespace tarn::apps::pipeline
