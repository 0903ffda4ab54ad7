#pragma once

#include <string>

#include "tarn/apps/driver/page/page_source.hpp"

// The sections of a page, in their order; each empty where there is nothing to tell.

namespace tarn::apps {

/// What the run warned of, what it fell back to, what is damaged.
std::string section_of_warnings(const PageSource& source);
/// A slider through each series of pictures; without a script all of them in a row.
std::string section_of_pictures(const PageSource& source);
/// A plot for each column of history.csv.
std::string section_of_history(const PageSource& source);
/// What runs where.
std::string section_of_facts(const PageSource& source);
/// Time by region, bandwidth beside the measured peak.
std::string section_of_performance(const PageSource& source);
/// How far the last state is from the exact solution.
std::string section_of_errors(const PageSource& source);
/// What a pipeline found.
std::string section_of_results(const PageSource& source);
/// The command that goes on with the run.
std::string section_of_restart(const PageSource& source);
std::string section_of_deck(const PageSource& source);

/// Heading and content; nothing without a content.
/// @param id  for links and tests
std::string html_section(const std::string& id, const std::string& heading, const std::string& content);

}  // namespace tarn::apps
