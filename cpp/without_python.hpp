#pragma once

// Work while other threads run Python, and Ctrl-C is heard.

#include <nanobind/nanobind.h>

#include <chrono>
#include <thread>
#include <utility>

#include "flush_to_zero.hpp"

namespace errorest {

// While this object lives, the interpreter's lock is released. Called before every piece of work, it
// lets Python's signal handlers run now and then, so that Ctrl-C ends long work; in other threads
// than the main one, to which it does not come, a function of Python may end the work instead.
class WithoutPython {
   public:
    explicit WithoutPython(nanobind::object ask = nanobind::none())
        : ask_(std::move(ask)), state_(PyEval_SaveThread()) {}
    ~WithoutPython() { come_back(); }
    WithoutPython(const WithoutPython&) = delete;
    WithoutPython& operator=(const WithoutPython&) = delete;

    // The cost of the piece of work is its number of floating-point operations.
    void operator()(double cost) const {
        // Even a look at the clock would take too long before each of many small steps.
        cost_since_ += cost;
        if (cost_since_ >= worth_a_look) look();
    }

   private:
    using Clock = std::chrono::steady_clock;
    static constexpr std::chrono::milliseconds interval{50};
    static constexpr double worth_a_look = 1e6;

    // Handlers compute as the thread did that made this object.
    void look() const {
        cost_since_ = 0;
        const auto now = Clock::now();
        if (now - last_ < interval) return;
        last_ = now;
        const UnderControl as_before(control_);
        come_back();
        if (PyErr_CheckSignals() != 0) throw nanobind::python_error();
        if (!ask_.is_none()) ask_();
        state_ = PyEval_SaveThread();
    }

    void come_back() const {
        if (!state_) return;
        try {
            PyEval_RestoreThread(state_);
        } catch (...) {
            // The interpreter has ended, and unwinds other threads that ask for it, which C++ does
            // not survive. From Python 3.14 on they wait for the end of the process; so does this.
            for (;;) std::this_thread::sleep_for(std::chrono::hours(1));
        }
        state_ = nullptr;
    }

    nanobind::object ask_;
    mutable PyThreadState* state_;
    mutable Clock::time_point last_ = Clock::now();
    mutable double cost_since_ = 0;
    unsigned control_ = floating_point_control();
};

}  // namespace errorest
