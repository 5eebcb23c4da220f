// What a profiler is to NVTX: a library named by NVTX_INJECTION64_PATH, which is told of every range. It writes down
// what it hears.
#include <nvtx3/nvToolsExt.h>

#include <cstddef>
#include <string>

namespace {

std::string heard;

int on_push(const char* name) {
  heard += '(';
  heard += name;
  return 0;
}

int on_pop() {
  heard += ')';
  return 0;
}

void on_mark(const char* name) {
  heard += '[';
  heard += name;
  heard += ']';
}

template <typename Function>
void listen(NvtxFunctionTable table, int event, Function function) {
  // NVTX hands out where its pointers are, all of one type.
  *table[event] = reinterpret_cast<NvtxFunctionPointer>(function);
}

}  // namespace

/// Of this process so far: "(" and a name where a range begins, ")" where it ends, a mark in brackets.
extern "C" const char* heard_ranges() { return heard.c_str(); }

extern "C" int InitializeInjectionNvtx2(NvtxGetExportTableFunc_t tables) {
  const auto* callbacks = static_cast<const NvtxExportTableCallbacks*>(tables(NVTX_ETID_CALLBACKS));
  NvtxFunctionTable table = nullptr;
  unsigned int size = 0;
  if (callbacks == nullptr || callbacks->GetModuleFunctionTable(NVTX_CB_MODULE_CORE, &table, &size) == 0) return 0;
  if (size <= static_cast<unsigned int>(NVTX_CBID_CORE_RangePop)) return 0;
  listen(table, NVTX_CBID_CORE_RangePushA, on_push);
  listen(table, NVTX_CBID_CORE_RangePop, on_pop);
  listen(table, NVTX_CBID_CORE_MarkA, on_mark);
  return 1;
}
