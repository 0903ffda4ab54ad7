#pragma once

#include <string>

namespace tarn::test {

/// The message of what an action throws.
template <class Exception, class Action>
std::string message_of(const Action& action) {
  try {
    action();
  } catch (const Exception& error) {
    return error.what();
  }
  return "nothing was thrown";
}

}  // namespace tarn::test
