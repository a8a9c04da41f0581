// Which instruction sets this processor has. Built for any processor of its architecture, so that
// it can be asked before anything newer is loaded.

#include <nanobind/nanobind.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include <string>
#include <vector>

// Clang on Windows leaves what the built-in functions below call for the program to link.
#if defined(__clang__) && defined(_MSC_VER) && defined(__x86_64__)
#pragma comment(lib, "clang_rt.builtins-x86_64.lib")
#endif

namespace {

// The best one first.
std::vector<std::string> instruction_sets() {
    std::vector<std::string> sets;
#if defined(__x86_64__)
    __builtin_cpu_init();
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
        __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512bw")) {
        sets.emplace_back("avx512");
    }
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) sets.emplace_back("avx2");
#endif
    sets.emplace_back("baseline");
    return sets;
}

}  // namespace

NB_MODULE(_processor, module) {
    module.def("instruction_sets", &instruction_sets);
}
