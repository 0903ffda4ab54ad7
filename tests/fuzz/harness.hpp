#pragma once

#include <cstddef>
#include <string_view>

// What is tried with any bytes at all. Each function reads its input as tarn would read it from a file, and checks what
// must hold of every input; a violation ends the process, so that a fuzzer sees it as it sees a crash.

namespace tarn::fuzz {

/// A deck: refused with clean messages, or accepted; then so are the texts that tarn writes of it, and they say the
/// same. Lines "#--set table.key=value" at its start are taken as overrides.
void try_deck(std::string_view input);

/// A formula, and a table of named constants (each line "name = formula"): refused with a place within the text, or
/// compiled; then its value is the same every time and in parentheses. As an equation too: then its tree is sound, and
/// the graph made of it has the tree's value, and derivatives.
void try_formula(std::string_view input);

/// The text of a MANIFEST.jsonl, as it is and with the right checksum at the end of every line: what is read can be
/// written, and is then read as the same.
void try_manifest(std::string_view input);

/// The text of a run.json and of a .lock.
void try_run_json(std::string_view input);

/// Ends the process with the rule unless it holds.
/// @param about  what broke it
void expect(bool holds, const char* rule, std::string_view about = {});

/// Ends the process unless a message is fit for a terminal: neither empty, nor long, nor with control characters.
/// @param longest  in bytes
void expect_clean(std::string_view message, std::size_t longest);

}  // namespace tarn::fuzz
