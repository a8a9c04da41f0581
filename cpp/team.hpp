#pragma once

// A team of threads that share the tasks of one call into the engine.
//
// A team lives as long as the call, so nothing of it is left when a process forks, and calls from
// several Python threads do not meet. Each thread begins with a share of its own, the same in every
// job of as many tasks, so that it finds in its cache what it left there; then it helps the others:
// a thread that loses its processor for a while does fewer tasks.

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <exception>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "flush_to_zero.hpp"
#include "range.hpp"

namespace errorest {

// How many threads a call may use, and all calls of the process together.
struct Threads {
    Index n;
    Index of_process;
};

// How many to ask for, given how many floating-point operations a step takes, in which the team
// meets a few times: less than this takes two threads longer than one.
inline Threads threads_for(Threads threads, double cost) {
    static constexpr double worth_sharing = 6e6;
    return {cost < worth_sharing ? 1 : std::max<Index>(threads.n, 1), threads.of_process};
}

// About how many floating-point operations a thread does in a tenth of a second without wide
// vectors: what takes longer is interrupted by a check.
inline constexpr double worth_a_check = 1e9;

// Threads of all teams of this process.
inline std::atomic<Index> n_threads_at_work{0};

class Team {
   public:
    // With the calling thread, the team has so many threads, or as many as other teams and the
    // system leave: fewer threads do the same work.
    explicit Team(Threads threads)
        : shares_(std::make_unique<Share[]>(static_cast<std::size_t>(threads.n))) {
        threads_.reserve(static_cast<std::size_t>(threads.n));
        const Index n_others = n_threads_at_work.fetch_add(threads.n);
        const Index n_left = std::max(threads.n, threads.of_process) - n_others;
        n_shares_ = std::max<Index>(1, std::min(threads.n, n_left));
        try {
            for (Index worker = 1; worker < n_shares_; ++worker) {
                threads_.emplace_back([this, worker] { work(worker); });
            }
        } catch (const std::exception&) {  // no more threads to be had, or no memory for them
        }
        n_threads_at_work.fetch_sub(threads.n - size());
    }

    ~Team() {
        n_threads_at_work.fetch_sub(size());
        {
            const std::lock_guard<std::mutex> lock(mutex_);
            finished_ = true;
        }
        wake_.notify_all();
        for (std::thread& thread : threads_) thread.join();
    }

    Team(const Team&) = delete;
    Team& operator=(const Team&) = delete;

    Index size() const { return static_cast<Index>(threads_.size()) + 1; }

    // Calls function(task, worker) once for each task in 0 .. n_tasks - 1, and returns when all
    // are done. The worker's number, less than size(), tells whose scratch memory to use.
    template <class Function>
    void for_each(Index n_tasks, const Function& function) {
        if (threads_.empty() || n_tasks <= 1) {
            for (Index task = 0; task < n_tasks; ++task) function(task, Index(0));
            return;
        }
        publish(n_tasks, &function, [](const void* context, Index task, Index worker) noexcept {
            (*static_cast<const Function*>(context))(task, worker);
        });
        help(0);
        for (int spins = 0; n_done_.load(std::memory_order_acquire) < n_tasks; ++spins) {
            wait_a_little(spins);
        }
        close();
    }

    // The same for tasks of some cost each, with a check(cost) before every run of them, which may
    // throw. A run is no more than some tasks a thread: not all that takes time is arithmetic.
    template <class Check, class Function>
    void for_each(Index n_tasks, double cost_of_task, const Check& check,
                  const Function& function) {
        static constexpr double most_tasks = 64;
        const double n_each = std::clamp(worth_a_check / cost_of_task, 1.0, most_tasks);
        const Index n_at_once = static_cast<Index>(n_each) * size();
        for (Index first = 0; first < n_tasks; first += n_at_once) {
            const Index n = std::min(n_at_once, n_tasks - first);
            check(cost_of_task * static_cast<double>(n));
            for_each(n, [&](Index task, Index worker) { function(first + task, worker); });
        }
    }

   private:
    using Call = void (*)(const void* context, Index task, Index worker) noexcept;

    // The tasks that a thread begins with. The ticket is the number of the job and, in the lower
    // half, how many of them are taken. A thread takes one by raising the ticket; it fails if the
    // job was closed after it read what the job is.
    struct alignas(64) Share {
        std::atomic<std::uint64_t> ticket{task_of};
    };

    static constexpr std::uint64_t one_job = std::uint64_t(1) << 32;
    static constexpr std::uint64_t task_of = one_job - 1;
    static constexpr int spins_before_yield = 200;
    static constexpr int spins_before_sleep = 2000;

    void publish(Index n_tasks, const void* context, Call call) {
        n_tasks_.store(n_tasks, std::memory_order_relaxed);
        context_.store(context, std::memory_order_relaxed);
        call_.store(call, std::memory_order_relaxed);
        n_done_.store(0, std::memory_order_relaxed);
        for (Index s = 0; s < n_shares_; ++s) {
            const std::uint64_t closed = shares_[s].ticket.load(std::memory_order_relaxed);
            shares_[s].ticket.store((closed | task_of) + 1, std::memory_order_seq_cst);
        }
        if (n_asleep_.load(std::memory_order_seq_cst) > 0) {
            { const std::lock_guard<std::mutex> lock(mutex_); }
            wake_.notify_all();
        }
    }

    void close() {
        for (Index s = 0; s < n_shares_; ++s) {
            shares_[s].ticket.fetch_or(task_of, std::memory_order_acq_rel);
        }
    }

    // Does tasks of the present job until none is left, those of its own share first. They are
    // counted a share at a time: all threads count in one place, which is slow to change hands.
    void help(Index worker) {
        for (Index s = 0; s < n_shares_; ++s) {
            const Index n_done = help_with((worker + s) % n_shares_, worker);
            if (n_done > 0) n_done_.fetch_add(n_done, std::memory_order_release);
        }
    }

    // Returns how many tasks it did. They belong to one job, which is not over before they count.
    Index help_with(Index share, Index worker) {
        std::atomic<std::uint64_t>& place = shares_[share].ticket;
        std::uint64_t ticket = place.load(std::memory_order_acquire);
        Index n_done = 0;
        while ((ticket & task_of) != task_of) {
            const Index n_tasks = n_tasks_.load(std::memory_order_relaxed);
            const void* context = context_.load(std::memory_order_relaxed);
            const Call call = call_.load(std::memory_order_relaxed);
            const Range tasks = part_of(n_tasks, share, n_shares_);
            const Index task = tasks.begin + static_cast<Index>(ticket & task_of);
            if (task >= tasks.end) break;
            if (!place.compare_exchange_weak(ticket, ticket + 1, std::memory_order_acq_rel)) {
                continue;
            }
            call(context, task, worker);
            ++n_done;
            ticket = place.load(std::memory_order_acquire);
        }
        return n_done;
    }

    void work(Index worker) {
        const FlushToZero flush_to_zero;
        const std::atomic<std::uint64_t>& ticket = shares_[worker].ticket;
        std::uint64_t seen = task_of;
        while (wait_for_job_after(seen, ticket)) {
            seen = ticket.load(std::memory_order_acquire) | task_of;
            help(worker);
        }
    }

    // False if the team breaks up.
    bool wait_for_job_after(std::uint64_t seen, const std::atomic<std::uint64_t>& ticket) {
        const auto is_new = [&] {
            return (ticket.load(std::memory_order_seq_cst) | task_of) != seen;
        };
        for (int spins = 0; spins < spins_before_sleep; ++spins) {
            if (is_new()) return true;
            if (finished_) return false;
            pause();
        }
        std::unique_lock<std::mutex> lock(mutex_);
        n_asleep_.fetch_add(1, std::memory_order_seq_cst);
        wake_.wait(lock, [&] { return finished_ || is_new(); });
        n_asleep_.fetch_sub(1, std::memory_order_seq_cst);
        return is_new();
    }

    static void wait_a_little(int spins) {
        if (spins < spins_before_yield) {
            pause();
        } else {
            std::this_thread::yield();
        }
    }

    static void pause() {
#if defined(__x86_64__)
        __builtin_ia32_pause();
#endif
    }

    std::unique_ptr<Share[]> shares_;  // one for each thread
    Index n_shares_ = 0;
    std::atomic<Index> n_tasks_{0};
    std::atomic<const void*> context_{nullptr};
    std::atomic<Call> call_{nullptr};
    alignas(64) std::atomic<Index> n_done_{0};  // away from what is read for each task
    std::atomic<int> n_asleep_{0};
    std::mutex mutex_;
    std::condition_variable wake_;
    std::atomic<bool> finished_{false};
    std::vector<std::thread> threads_;  // last, so that all else is there when they start
};

}  // namespace errorest
