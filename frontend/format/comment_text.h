// The text of comments: what changes in it when it is printed.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "frontend/format/source_index.h"

namespace gol::format {

// Without white space at its end.
std::string_view TrimRight(std::string_view s);
std::string_view TrimSpace(std::string_view s);
std::vector<std::string> SplitLines(std::string_view s);

// Takes the common indentation off the lines of a /* */ comment, but the first.
void StripCommonPrefix(std::vector<std::string>* lines);

// A doc comment in its standard form; see doc_comment.cc.
std::vector<CommentText> FormatDocComment(const std::vector<CommentText>& list);

// Whether a comment is a build constraint.
bool IsGoBuildComment(std::string_view text);
bool IsPlusBuildComment(std::string_view text);

// Brings //go:build and // +build comments of a printed file (before columns are aligned) into
// one block at its top. The places are where they begin; see build_lines.cc.
void FixBuildLines(std::string* out, const std::vector<size_t>& go_build,
                   const std::vector<size_t>& plus_build);

}  // namespace gol::format
