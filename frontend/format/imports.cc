// Sorting imports, in the text: each spec of a run of consecutive lines moves together with the
// comments behind it on its line. A blank line or a line of comment ends a run. Of equal imports
// in a run only the last is kept, unless there is a comment behind the others.
#include "frontend/format/imports.h"

#include <algorithm>
#include <tuple>

namespace gol::format {

using namespace syntax;  // NOLINT: the tree's names

namespace {

struct Spec {
  std::string path;
  std::string name;
  std::string comment;
  Offset begin;
  Offset end;         // behind the path
  Offset text_end;    // behind what moves with it

  auto Key() const { return std::tie(path, name, comment); }
};

std::string PathOf(const BasicLit* lit) {
  return lit->text.size() < 2 ? "" : std::string(lit->text.substr(1, lit->text.size() - 2));
}

// The comments behind a spec on its line, and where they end; next is where the next spec begins.
void TakeComments(const SourceIndex& index, Offset limit, Spec* spec) {
  spec->text_end = spec->end;
  for (const CommentGroup& group : index.comments()) {
    if (group.list[0].begin < spec->end || group.list[0].begin >= limit) continue;
    if (!group.is_trailing || index.LineOf(group.list[0].begin) != index.LineOf(spec->end)) {
      continue;
    }
    for (const CommentText& c : group.list) spec->comment += c.text;
    spec->text_end = group.list.back().end;
  }
}

using Run = std::vector<Spec>;

struct Edit {
  Offset begin;
  Offset end;
  std::string text;
};

void SortRun(const SourceIndex& index, const Run& run, std::vector<Edit>* edits) {
  Run sorted = run;
  std::sort(sorted.begin(), sorted.end(),
                   [](const Spec& a, const Spec& b) { return a.Key() < b.Key(); });
  std::vector<Spec> kept;
  for (size_t i = 0; i < sorted.size(); ++i) {
    const bool repeats = i + 1 < sorted.size() && sorted[i].path == sorted[i + 1].path &&
                         sorted[i].name == sorted[i + 1].name && sorted[i].comment.empty();
    if (!repeats) kept.push_back(sorted[i]);
  }
  for (size_t i = 0; i < run.size(); ++i) {
    if (i >= kept.size()) {
      // Left over: its line goes.
      Offset begin = run[i].begin, end = run[i].text_end;
      const std::string_view text = index.text();
      while (begin > 0 && (text[begin - 1] == ' ' || text[begin - 1] == '\t')) --begin;
      if (begin > 0 && text[begin - 1] == '\n' && end < text.size() && text[end] == '\n') ++end;
      edits->push_back({begin, end, ""});
    } else if (kept[i].begin != run[i].begin) {
      edits->push_back({run[i].begin, run[i].text_end,
                        std::string(index.text().substr(kept[i].begin,
                                                        kept[i].text_end - kept[i].begin))});
    }
  }
}

}  // namespace

bool SortImports(const SourceIndex& index, const File& file, std::string* sorted) {
  std::vector<Edit> edits;
  Run run;
  const Group* group = nullptr;
  auto end_run = [&] {
    if (run.size() > 1) SortRun(index, run, &edits);
    run.clear();
  };
  for (size_t i = 0; i < file.decls.size(); ++i) {
    const auto* d = DynAs<ImportDecl>(file.decls[i]);
    if (d == nullptr) break;
    Spec spec;
    spec.path = PathOf(d->path);
    if (d->local_name != nullptr) spec.name = d->local_name->name;
    spec.begin = index.OffsetOf(d->pos);
    spec.end = EndOf(index, d);
    const bool joins = !run.empty() && d->group == group &&
                       index.LineOf(spec.begin) <= 1 + index.LineOf(run.back().end);
    if (!joins) end_run();
    group = d->group;
    if (group == nullptr) continue;
    Offset limit = index.OffsetOf(group->rparen);
    if (i + 1 < file.decls.size() && file.decls[i + 1]->group == group) {
      limit = index.OffsetOf(file.decls[i + 1]->pos);
    }
    TakeComments(index, limit, &spec);
    run.push_back(std::move(spec));
  }
  end_run();
  if (edits.empty()) return false;
  Offset at = 0;
  for (const Edit& e : edits) {
    sorted->append(index.text().substr(at, e.begin - at)).append(e.text);
    at = e.end;
  }
  sorted->append(index.text().substr(at));
  return true;
}

void MergeLinesBehindImports(const File& file, SourceIndex* index) {
  for (size_t i = 0; i < file.decls.size(); ++i) {
    const auto* d = DynAs<ImportDecl>(file.decls[i]);
    if (d == nullptr) return;
    const bool is_last = i + 1 == file.decls.size() || file.decls[i + 1]->group != d->group;
    if (d->group == nullptr || !is_last) continue;
    index->MergeLines(index->OffsetOf(d->pos), index->OffsetOf(d->group->rparen));
  }
}

}  // namespace gol::format
