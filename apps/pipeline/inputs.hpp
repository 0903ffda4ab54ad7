#pragma once

#include <string>
#include <vector>

#include "tarn/apps/pipeline/array.hpp"
#include "tarn/apps/pipeline/stamp.hpp"
#include "tarn/io/deck/deck.hpp"

namespace tarn::apps::pipeline {

/// One file of a pipeline, as its header tells it.
struct Item {
  std::string name;  ///< the path beneath the root, as results name it
  std::string path;
  Signature signature;
  Stamp stamp;       ///< of the file, from before its header was read
  std::string flaw;  ///< why it cannot be read; empty: it can

  bool operator==(const Item&) const = default;
};

/// The names of a deck's files, sorted.
/// @param root    the directory that the deck's paths are beneath
/// @param before  names of items that an earlier process did; those that the deck's pattern means are items also if
///     their files are gone
/// @throws DataError if a pattern matches nothing
std::vector<std::string> find_names(const io::Deck& deck, const std::string& root,
                                    const std::vector<std::string>& before = {});

/// The files of these names, each header read. A file that is missing, damaged or of the wrong type is an item with a
/// flaw. Calls HDF5.
std::vector<Item> read_items(const io::Deck& deck, const std::string& root, const std::vector<std::string>& names);

/// All items as bytes, for other ranks; and back. Names may be any bytes.
std::string packed(const std::vector<Item>& items);
std::vector<Item> unpacked(const std::string& text);

}  // namespace tarn::apps::pipeline
