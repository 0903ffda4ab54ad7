#include "tarn/apps/cli/error_json.hpp"

#include <nlohmann/json.hpp>

#include "tarn/apps/driver/run.hpp"
#include "tarn/io/deck/counted.hpp"

namespace tarn::cli {

namespace {

nlohmann::ordered_json known(const std::string& text) {
  return text.empty() ? nlohmann::ordered_json() : nlohmann::ordered_json(text);
}

nlohmann::ordered_json known(int number) {
  return number == 0 ? nlohmann::ordered_json() : nlohmann::ordered_json(number);
}

nlohmann::ordered_json problem_json(const io::DeckProblem& problem) {
  return {{"of", known(problem.of)},
          {"source", known(problem.position.source)},
          {"line", known(problem.position.line)},
          {"column", known(problem.position.column)},
          {"key", known(problem.key)},
          {"message", problem.what},
          {"text", to_string(problem)}};
}

}  // namespace

std::string summary_of(const io::DeckError& error) {
  return io::counted(error.problems().size(), "problem") + " in the deck";
}

nlohmann::ordered_json error_json(const std::exception& error) {
  return error_json(error, apps::exit_code_of(error));
}

nlohmann::ordered_json error_json(const std::exception& error, int exit_code) {
  const auto* deck = dynamic_cast<const io::DeckError*>(&error);
  nlohmann::ordered_json json{{"error", deck ? summary_of(*deck) : apps::message_of(error)}, {"exit_code", exit_code}};
  if (!deck) return json;
  json["problems"] = nlohmann::ordered_json::array();
  for (const auto& problem : deck->problems())
    json["problems"].push_back(problem_json(problem));
  return json;
}

}  // namespace tarn::cli
