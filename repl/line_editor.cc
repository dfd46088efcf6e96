// See repl/line_editor.h.
#include "repl/line_editor.h"

#include <histedit.h>

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <clocale>
#include <cstdio>
#include <cstring>
#include <filesystem>

namespace gol::repl {
namespace {

// Inputs that the history keeps.
constexpr int kHistoryLines = 2000;

bool IsWordByte(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) || c == '_' || c == '.' || c == ':' ||
         c == '/' || (c & 0x80) != 0;
}

}  // namespace

struct LineEditor::Impl {
  EditLine* editor = nullptr;
  History* history = nullptr;
  HistEvent event{};
  std::string history_path;
  std::string prompt;
  Completer completer;

  static char* Prompt(EditLine* el) {
    Impl* self = nullptr;
    el_get(el, EL_CLIENTDATA, &self);
    return self->prompt.data();
  }
  static unsigned char Complete(EditLine* el, int ch);
};

// Puts in what all possible words have in common; shows them when that is nothing more.
unsigned char LineEditor::Impl::Complete(EditLine* el, int) {
  Impl* self = nullptr;
  el_get(el, EL_CLIENTDATA, &self);
  const LineInfo* info = el_line(el);
  const std::string text(info->buffer, info->cursor);
  size_t begin = text.size();
  while (begin > 0 && IsWordByte(text[begin - 1])) begin--;
  const std::string word = text.substr(begin);
  const bool is_path = text.starts_with(":load ") || text.starts_with(":save ");
  if (word.empty() && !is_path) {
    el_insertstr(el, "    ");
    return CC_REFRESH;
  }
  std::vector<std::string> found = self->completer(text, word);
  std::sort(found.begin(), found.end());
  found.erase(std::unique(found.begin(), found.end()), found.end());
  if (found.empty()) return CC_ERROR;
  std::string common = found[0];
  for (const std::string& f : found) {
    const auto end = std::mismatch(common.begin(), common.end(), f.begin(), f.end()).first;
    common.erase(end, common.end());
  }
  if (common.size() > word.size()) {
    el_insertstr(el, common.c_str() + word.size());
    return CC_REFRESH;
  }
  if (found.size() == 1) return CC_NORM;
  std::printf("\n");
  size_t column = 0, widest = 0;
  for (const std::string& f : found) widest = std::max(widest, f.size() + 2);
  for (const std::string& f : found) {
    if (column > 0 && column + widest > 80) {
      std::printf("\n");
      column = 0;
    }
    std::printf("%-*s", static_cast<int>(widest), f.c_str());
    column += widest;
  }
  std::printf("\n");
  std::fflush(stdout);
  return CC_REDISPLAY;
}

LineEditor::LineEditor(std::string history_path, Completer completer) : impl_(new Impl) {
  Impl& s = *impl_;
  // Sources are UTF-8, whatever the terminal's locale says; libedit goes by the locale.
  std::setlocale(LC_CTYPE, "C.UTF-8");
  s.history_path = std::move(history_path);
  s.completer = std::move(completer);
  s.editor = el_init("gol", stdin, stdout, stderr);
  s.history = history_init();
  history(s.history, &s.event, H_SETSIZE, kHistoryLines);
  history(s.history, &s.event, H_SETUNIQUE, 1);
  if (!s.history_path.empty()) history(s.history, &s.event, H_LOAD, s.history_path.c_str());
  el_set(s.editor, EL_CLIENTDATA, &s);
  el_set(s.editor, EL_PROMPT, &Impl::Prompt);
  el_set(s.editor, EL_EDITOR, "emacs");
  el_set(s.editor, EL_SIGNAL, 1);
  el_set(s.editor, EL_HIST, history, s.history);
  el_set(s.editor, EL_ADDFN, "gol-complete", "complete a name", &Impl::Complete);
  el_set(s.editor, EL_BIND, "\t", "gol-complete", nullptr);
  el_set(s.editor, EL_BIND, "^R", "em-inc-search-prev", nullptr);
  el_source(s.editor, nullptr);  // the user's ~/.editrc
}

LineEditor::~LineEditor() {
  history_end(impl_->history);
  el_end(impl_->editor);
  delete impl_;
}

LineEditor::Status LineEditor::Read(const std::string& prompt, std::string* line) {
  Impl& s = *impl_;
  s.prompt = prompt;
  int n = 0;
  errno = 0;
  const char* text = el_gets(s.editor, &n);
  if (text == nullptr) {
    if (n < 0 && errno == EINTR) {
      el_reset(s.editor);
      return kInterrupted;
    }
    return kEnd;
  }
  line->assign(text, static_cast<size_t>(n));
  while (!line->empty() && (line->back() == '\n' || line->back() == '\r')) line->pop_back();
  return kLine;
}

void LineEditor::AddHistory(const std::string& text) {
  Impl& s = *impl_;
  if (text.empty()) return;
  history(s.history, &s.event, H_ENTER, text.c_str());
  if (s.history_path.empty()) return;
  std::error_code ec;
  std::filesystem::create_directories(std::filesystem::path(s.history_path).parent_path(), ec);
  history(s.history, &s.event, H_SAVE, s.history_path.c_str());
}

}  // namespace gol::repl
