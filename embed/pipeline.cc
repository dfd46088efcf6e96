// See embed/pipeline.h.
#include "embed/pipeline.h"

namespace gol::embed {

Pipeline::Pipeline(PipelineOptions options)
    : options_(std::move(options)),
      emitter_(&sources_),
      loader_(LoaderOptions{}, &sources_, &emitter_, &context_) {}

Pipeline::~Pipeline() = default;

bool Pipeline::Load(const std::vector<std::string>& paths) {
  main_ = loader_.LoadMain(paths, &error_);
  return error_.empty() && !emitter_.has_errors();
}

bool Pipeline::LoadFromMemory(const std::vector<std::pair<std::string, std::string>>& files) {
  main_ = loader_.LoadMainFromMemory(files);
  return !emitter_.has_errors();
}

}  // namespace gol::embed
