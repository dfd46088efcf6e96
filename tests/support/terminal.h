// A program on a terminal of its own, by tmux: keys go in, the screen comes out.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

namespace gol::testing {

class Terminal {
 public:
  // Whether tmux is installed; else tests are to skip, with kMissing.
  static bool IsAvailable();
  static constexpr char kMissing[] = "tmux is not installed: no terminal to try this on";

  // Runs the command by a shell, on a screen of 100 columns and 50 lines.
  explicit Terminal(const std::string& command);
  ~Terminal();  // ends it
  Terminal(const Terminal&) = delete;
  Terminal& operator=(const Terminal&) = delete;

  void Type(const std::string& text);  // as it is
  void Key(const std::string& name);   // by tmux's names: "Enter", "C-c", "Up"
  // Types a line and ends it.
  void Line(const std::string& text);
  // The screen's lines, each with its newline, without blanks at their ends nor empty lines at the screen's.
  std::string Screen();
  // Waits until the screen contains the text; false: it did not within the time.
  bool WaitFor(const std::string& text, int timeout_ms = 10'000);
  // Until the last line of the screen is the text.
  bool WaitForLastLine(const std::string& text, int timeout_ms = 10'000);
  // Whether the program still runs.
  bool IsAlive();

 private:
  std::string Tmux(const std::vector<std::string>& arguments);
  template <typename F>
  bool Wait(F holds, int timeout_ms);

  std::string folder_;
  pid_t server_ = -1;
};

}  // namespace gol::testing
