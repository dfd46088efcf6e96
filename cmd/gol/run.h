// What the subcommands that compile share.
#pragma once

#include <functional>
#include <optional>

#include "embed/pipeline.h"
#include "flags.h"
#include "gol/gol.h"
#include "jit/jit.h"

namespace gol::cmd {

// Prints what made the pipeline fail, the first ten when limit is set; returns the exit code.
int PrintErrors(const embed::Pipeline& pipeline, bool limit);
embed::PipelineOptions ToPipelineOptions(const Flags& flags);
// What the environment says of how a program runs: GOGC and its kin.
RunOptions RunOptionsFromEnv();
jit::Options ToJitOptions(const Flags& flags);
// The preludes of one source, whose base name without extension is stem: a folder that --prelude names
// stands for the file in it with that stem, if there is one.
std::vector<std::string> PreludesFor(const std::vector<std::string>& preludes,
                                     const std::string& stem);
// Compiles the Markdown file's Go blocks and runs them one after another; returns the exit code.
int RunMarkdown(const Flags& flags, const std::string& path,
                const std::vector<std::string>& args);

// Runs the program; on SIGQUIT it ends with the traces of all its goroutines. Ends this process by SIGABRT if
// the program died and GOTRACEBACK=crash.
RunResult RunToEnd(Program& program, RunOptions options);

// Compiles and runs what flags.args begins with, the rest being the program's arguments. adjust may change how it
// is run. Nothing if that was not possible; the reason is printed, with the command's name. The process
// is to end soon afterwards: the program's code stays.
std::optional<RunResult> RunSources(Flags flags, const char* command,
                                    const std::function<void(RunOptions&)>& adjust);

}  // namespace gol::cmd
