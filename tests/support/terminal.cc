// See support/terminal.h. The server of tmux is a child of this process, not a daemon: it ends with it.
#include "support/terminal.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <thread>

#include "support/command.h"

namespace gol::testing {

bool Terminal::IsAvailable() {
  static const bool is_available = RunCommand({"sh", "-c", "command -v tmux"}).exit_code == 0;
  return is_available;
}

Terminal::Terminal(const std::string& command) : folder_(TempFolder()) {
  std::string quoted;
  for (char c : command) quoted += c == '"' || c == '\\' || c == '$' ? std::string("\\") + c : std::string(1, c);
  WriteFile(folder_ + "/conf", "set -g exit-empty on\nset -s escape-time 0\nnew-session -d -x 100 -y 50 \"" + quoted + "\"\n");
  const std::string socket = folder_ + "/socket", conf = folder_ + "/conf";
  server_ = fork();
  if (server_ == 0) {
    setenv("TERM", "xterm", 1);
    setenv("LC_ALL", "C.UTF-8", 1);
    unsetenv("TMUX");
    execlp("tmux", "tmux", "-D", "-u", "-S", socket.c_str(), "-f", conf.c_str(), nullptr);
    _exit(127);
  }
  Wait([&] { return IsAlive(); }, 10'000);
}

Terminal::~Terminal() {
  Tmux({"kill-server"});
  kill(server_, SIGKILL);
  waitpid(server_, nullptr, 0);
}

std::string Terminal::Tmux(const std::vector<std::string>& arguments) {
  std::vector<std::string> argv = {"tmux", "-u", "-S", folder_ + "/socket"};
  argv.insert(argv.end(), arguments.begin(), arguments.end());
  return RunCommand(argv, {{"TERM", "xterm"}, {"LC_ALL", "C.UTF-8"}}).out;
}

template <typename F>
bool Terminal::Wait(F holds, int timeout_ms) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::milliseconds(timeout_ms);
  while (!holds()) {
    if (std::chrono::steady_clock::now() > end) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(3));
  }
  return true;
}

void Terminal::Type(const std::string& text) { Tmux({"send-keys", "-t", "0", "-l", text}); }
void Terminal::Key(const std::string& name) { Tmux({"send-keys", "-t", "0", name}); }

void Terminal::Line(const std::string& text) {
  if (!text.empty()) Type(text);
  Key("Enter");
}

std::string Terminal::Screen() {
  std::string text = Tmux({"capture-pane", "-p", "-t", "0"});
  while (text.ends_with("\n\n")) text.pop_back();
  return text;
}

bool Terminal::WaitFor(const std::string& text, int timeout_ms) {
  return Wait([&] { return Screen().find(text) != std::string::npos; }, timeout_ms);
}

bool Terminal::WaitForLastLine(const std::string& text, int timeout_ms) {
  return Wait([&] { return ("\n" + Screen()).ends_with("\n" + text + "\n"); }, timeout_ms);
}

bool Terminal::IsAlive() { return Tmux({"list-panes", "-t", "0"}).find("0: ") == 0; }

}  // namespace gol::testing
