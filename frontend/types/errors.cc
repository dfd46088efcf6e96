// Reporting errors. Three rules keep one mistake from becoming many messages:
//  - a message that mentions an invalid operand or type is dropped once there is another error
//    (diag::Emitter does this);
//  - operands and types that are invalid are not reported on again (every check_*.cc keeps this);
//  - errors in a repeated constant initialiser stand at the constant that repeats it.
#include "frontend/syntax/printer.h"
#include "frontend/types/checker.h"

namespace gol::types {

diag::Diagnostic& Checker::Report(Pos pos, diag::Kind kind, const diag::Arg* args, size_t count) {
  if (env_.errpos.is_known()) pos = env_.errpos;
  has_errors_ = true;
  if (options_.emitter == nullptr) {
    dropped_ = diag::Diagnostic{};
    return dropped_;
  }
  diag::Diagnostic& d = options_.emitter->Add(pos, kind, args, count);
  // Messages about the language version say what set it.
  size_t at = d.message.find("requires go1.");
  if (at != std::string::npos && d.message.find(" or later", at) != std::string::npos) {
    d.message += VersionHint();
  }
  return d;
}

void Checker::NoteOther(diag::Diagnostic& d, Object* obj) {
  if (obj->pos.is_known()) Note(d, obj, "other declaration of {}", obj->name);
}

void Checker::ReportVersion(Pos pos, int minor, std::string_view text) {
  Error(pos, diag::kVersion, text, minor);
}

std::string Checker::VersionHint() const {
  if (env_.file != nullptr && !env_.file->go_version.empty()) {
    return " (file declares //go:build " + std::string(env_.file->go_version) + ")";
  }
  return " (-lang was set to " + std::string(options_.go_version) + "; check go.mod)";
}

std::string Checker::Str(Type* t) { return TypeString(t, qualifier_); }
std::string Checker::Str(const syntax::Expr* e) { return syntax::ExprString(e); }
std::string Checker::Str(const Object* o) { return ObjectString(o, qualifier_); }
std::string Checker::Str(Pos p) {
  return options_.emitter == nullptr ? std::string("-")
                                     : options_.emitter->sources().Resolve(p).ToString();
}

}  // namespace gol::types
