// Reading lines from a terminal: editing, history and completion through libedit.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace gol::repl {

class LineEditor {
 public:
  enum Status { kLine, kInterrupted, kEnd };
  // What may stand in place of the word that ends the text: whole words.
  using Completer =
      std::function<std::vector<std::string>(std::string_view text, std::string_view word)>;

  // history_path: a file, made with its folder when the first line is added; empty: none is kept.
  LineEditor(std::string history_path, Completer completer);
  ~LineEditor();
  LineEditor(const LineEditor&) = delete;
  LineEditor& operator=(const LineEditor&) = delete;

  // Reads a line, without its newline. kInterrupted: a signal came (Ctrl-C). kEnd: Ctrl-D.
  Status Read(const std::string& prompt, std::string* line);
  // Adds an input, of one or several lines, to the history.
  void AddHistory(const std::string& text);

  struct Impl;

 private:
  Impl* const impl_;
};

}  // namespace gol::repl
