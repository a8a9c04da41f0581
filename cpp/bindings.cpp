// Python's door to the engine: checks of shapes, and the release of the interpreter's lock. The
// maths is in the headers.

#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/tuple.h>
#include <nanobind/stl/vector.h>

#if !defined(_WIN32)
#include <pthread.h>
#endif

#include <algorithm>
#include <optional>
#include <stdexcept>
#include <tuple>
#include <utility>

#include "peak.hpp"
#include "perceptron.hpp"
#include "prediction.hpp"
#include "training.hpp"
#include "without_python.hpp"

namespace nb = nanobind;

namespace errorest {
namespace {

template <class T, int n_dimensions>
using Array = nb::ndarray<T, nb::ndim<n_dimensions>, nb::c_contig, nb::device::cpu>;

template <class T, int n_dimensions>
using OptionalArray = std::optional<Array<T, n_dimensions>>;

void require(bool holds, const char* otherwise) {
    if (!holds) throw std::invalid_argument(otherwise);
}

template <class A>
Index length(const A& array, std::size_t axis = 0) {
    return static_cast<Index>(array.shape(axis));
}

// No product of three sizes, and no sum of layers' parameters, overflows below these.
constexpr Index most_units = Index(1) << 28;
constexpr Index most_parameters = Index(1) << 40;

bool is_size(Index n) { return n > 0 && n <= most_units; }

Layer make_layer(int kind, Index n_in, Index n_out, std::tuple<int, double, double> activation,
                 double dropout, double weight_rate, double weight_decay, double bias_rate,
                 Index n_submodels, const std::vector<Index>& columns,
                 const std::vector<Index>& n_levels, Index n_frequencies) {
    require(is_size(n_in) && is_size(n_out) && is_size(n_submodels),
            "a layer's sizes must be from 1 to 2^28");
    const auto [activation_kind, first, second] = activation;
    Layer layer = {static_cast<LayerKind>(kind),
                   n_in,
                   n_out,
                   {static_cast<ActivationKind>(activation_kind), first, second},
                   dropout,
                   {weight_rate, weight_decay},
                   {bias_rate, 0},
                   n_submodels,
                   columns,
                   {},
                   n_levels,
                   n_frequencies};
    for (Index column = 0; column < n_in; ++column) {
        if (std::find(columns.begin(), columns.end(), column) == columns.end()) {
            layer.passing.push_back(column);
        }
    }
    // Columns that are there, and different.
    require(layer.n_passing() + layer.n_columns() == n_in, "a layer's columns do not fit its inputs");
    require(layer.n_passing() + layer.n_columns() * layer.width() == n_out || columns.empty(),
            "a layer's columns do not fit its outputs");
    const bool has_columns =
        layer.kind == LayerKind::embedding || layer.kind == LayerKind::periodic;
    require(has_columns != columns.empty(), "a layer's columns do not fit its kind");
    require(has_columns || layer.kind == LayerKind::dense || n_in == n_out,
            "such a layer has as many outputs as inputs");
    if (layer.kind == LayerKind::embedding) {
        require(n_levels.size() == columns.size() &&
                    std::all_of(n_levels.begin(), n_levels.end(), is_size) &&
                    is_size(layer.n_weight_rows()) && layer.width() >= 1,
                "a layer's levels do not fit its columns");
    }
    if (layer.kind == LayerKind::periodic) {
        require(is_size(n_frequencies) && layer.width() >= 2 &&
                    layer.width() - 1 <= periodic::most_sums,
                "a periodic layer has no frequency, or is too narrow or too wide");
    }
    require(layer.n_parameters() <= most_parameters, "a layer has too many parameters");
    return layer;
}

Network make_network(const std::vector<Layer>& layers, int loss, double gamma) {
    Network network{{}, {static_cast<LossKind>(loss), gamma}};
    for (const Layer& layer : layers) {
        require(network.layers.empty() || network.n_outputs() == layer.n_in,
                "a layer does not fit the one before it");
        network.layers.push_back(layer);
    }
    require(!network.layers.empty(), "a network needs a layer");
    for (const Layer& layer : network.layers) {
        require(layer.n_submodels == 1 || layer.n_submodels == network.n_submodels(),
                "the layers tell different numbers of submodels apart");
    }
    return network;
}

template <class T>
Samples<T> make_samples(const Network& network, const Array<const T, 2>& X,
                        const OptionalArray<const std::int32_t, 1>& classes,
                        const OptionalArray<const T, 2>& values,
                        const OptionalArray<const T, 1>& sample_weight) {
    const Index n = length(X);
    require(n > 0, "there are no rows");
    require(length(X, 1) == network.n_features(), "X has another number of features");
    require(classes.has_value() != values.has_value(), "targets are classes or values");
    if (classes) {
        require(length(*classes) == n, "targets have another number of rows than X");
        for (Index i = 0; i < n; ++i) {
            const std::int32_t index = classes->data()[i];
            require(index >= 0 && index < network.n_outputs(),
                    "labels must be class indices, less than the number of outputs");
        }
    }
    if (values) {
        require(length(*values) == n, "targets have another number of rows than X");
        require(length(*values, 1) == network.n_outputs(), "targets have other columns");
    }
    if (sample_weight) {
        require(length(*sample_weight) == n, "sample_weight has another length than X");
    }
    const Targets<T> targets = {classes ? classes->data() : nullptr,
                                values ? values->data() : nullptr};
    return {X.data(), n, length(X, 1), targets, sample_weight ? sample_weight->data() : nullptr};
}

template <class T>
void bind_predict(nb::module_& module) {
    module.def(
        "predict",
        [](const Network& network, const Array<const T, 1>& parameters,
           const Array<const T, 2>& X, bool logits, Threads threads, Array<T, 3> answers,
           nb::object ask) {
            require(length(parameters) == network.n_parameters(), "parameters have another length");
            require(length(X, 1) == network.n_features(), "X has another number of features");
            require(length(answers) == length(X) && length(answers, 1) == network.n_submodels() &&
                        length(answers, 2) == network.n_outputs(),
                    "answers have another shape");
            const WithoutPython without_python(std::move(ask));
            predict<T>(network, parameters.data(), X.data(), length(X),
                       logits ? Answer::logits : Answer::outputs, threads, without_python,
                       answers.data());
        },
        nb::arg("network"), nb::arg("parameters").noconvert(), nb::arg("X").noconvert(),
        nb::arg("logits"), nb::arg("threads"), nb::arg("answers").noconvert(),
        nb::arg("ask").none());
}

template <class T>
void bind_loss_and_gradient(nb::module_& module) {
    module.def(
        "loss_and_gradient",
        [](const Network& network, const Array<const T, 1>& parameters,
           const Array<const T, 2>& X, const OptionalArray<const std::int32_t, 1>& classes,
           const OptionalArray<const T, 2>& values, const OptionalArray<const T, 1>& sample_weight,
           double l2, Threads threads, Array<T, 1> gradient, nb::object ask) {
            require(length(parameters) == network.n_parameters(), "parameters have another length");
            require(length(gradient) == network.n_parameters(), "gradient has another length");
            const Samples<T> samples =
                make_samples<T>(network, X, classes, values, sample_weight);
            const WithoutPython without_python(std::move(ask));
            return loss_and_gradient<T>(network, parameters.data(), samples, l2, threads,
                                        without_python, gradient.data());
        },
        nb::arg("network"), nb::arg("parameters").noconvert(), nb::arg("X").noconvert(),
        nb::arg("classes").noconvert().none(), nb::arg("values").noconvert().none(),
        nb::arg("sample_weight").noconvert().none(), nb::arg("l2"), nb::arg("threads"),
        nb::arg("gradient").noconvert(), nb::arg("ask").none());
}

template <class T>
void bind_train_epochs(nb::module_& module) {
    module.def(
        "train_epochs",
        [](const Network& network, Array<T, 1> parameters, Array<T, 2> moments,
           const Array<const T, 2>& X, const OptionalArray<const std::int32_t, 1>& classes,
           const OptionalArray<const T, 2>& values, const OptionalArray<const T, 1>& sample_weight,
           const Optimizer& optimizer, const Array<const double, 2>& learning_rates,
           const Array<const double, 2>& regularization, Index batch_size, double l2,
           bool shuffle, std::uint64_t seed, Index first_epoch, Threads threads,
           Array<double, 1> losses, nb::object ask) {
            const Samples<T> samples =
                make_samples<T>(network, X, classes, values, sample_weight);
            const TrainingSettings settings = {
                optimizer, learning_rates.data(), regularization.data(), length(learning_rates),
                length(learning_rates, 1), batch_size, l2, shuffle, seed, first_epoch};
            require(length(regularization) == settings.n_epochs &&
                        length(regularization, 1) == settings.n_batches,
                    "regularization has another shape than learning_rates");
            require(length(parameters) == network.n_parameters(), "parameters have another length");
            require(length(moments) == optimizer.n_moments() &&
                        (length(moments) == 0 || length(moments, 1) == network.n_parameters()),
                    "moments have another shape");
            require(length(losses) == settings.n_epochs, "losses have another length");
            require(batch_size > 0, "batch_size must be at least 1");
            require(first_epoch >= 0 && first_epoch <= most_parameters,
                    "first_epoch must be from 0 to 2^40");
            require((settings.n_batches - 1) * std::min(batch_size, samples.n_samples) <
                        samples.n_samples,
                    "there are more learning rates than batches");
            require(samples.n_samples < (Index(1) << 32), "there are too many rows");
            const WithoutPython without_python(std::move(ask));
            train_epochs<T>(network, parameters.data(), moments.data(), samples, settings,
                            threads, losses.data(), without_python);
        },
        nb::arg("network"), nb::arg("parameters").noconvert(), nb::arg("moments").noconvert(),
        nb::arg("X").noconvert(), nb::arg("classes").noconvert().none(),
        nb::arg("values").noconvert().none(), nb::arg("sample_weight").noconvert().none(),
        nb::arg("optimizer"), nb::arg("learning_rates").noconvert(),
        nb::arg("regularization").noconvert(), nb::arg("batch_size"),
        nb::arg("l2"), nb::arg("shuffle"), nb::arg("seed"), nb::arg("first_epoch"),
        nb::arg("threads"), nb::arg("losses").noconvert(), nb::arg("ask").none());
}

template <class T>
void bind_perceptron_epoch(nb::module_& module) {
    module.def(
        "perceptron_epoch",
        [](const Network& network, Array<T, 1> parameters, Array<T, 1> penalised,
           const Array<const T, 2>& X, const Array<const T, 2>& targets,
           const OptionalArray<const T, 1>& sample_weight,
           const Array<const std::int64_t, 1>& order, double learning_rate, double l2, double l1,
           Index n_visits, bool fit_intercept) {
            require(network.layers.size() == 1 && network.is_dense(),
                    "a perceptron has one dense layer");
            require(length(parameters) == network.n_parameters() &&
                        length(penalised) == network.n_parameters(),
                    "parameters have another length");
            const Samples<T> samples =
                make_samples<T>(network, X, std::nullopt, targets, sample_weight);
            for (Index i = 0; i < length(order); ++i) {
                const std::int64_t row = order.data()[i];
                require(row >= 0 && row < samples.n_samples,
                        "order names a row that does not exist");
            }
            const WithoutPython without_python;
            return perceptron_epoch<T>(parameters.data(), penalised.data(), network.n_outputs(),
                                       samples, order.data(), length(order), n_visits,
                                       {learning_rate, l2, l1, fit_intercept}, without_python);
        },
        nb::arg("network"), nb::arg("parameters").noconvert(), nb::arg("penalised").noconvert(),
        nb::arg("X").noconvert(), nb::arg("targets").noconvert(),
        nb::arg("sample_weight").noconvert().none(), nb::arg("order").noconvert(),
        nb::arg("learning_rate"), nb::arg("l2"), nb::arg("l1"), nb::arg("n_visits"),
        nb::arg("fit_intercept"));
}

template <class T>
void bind(nb::module_& module) {
    bind_predict<T>(module);
    bind_loss_and_gradient<T>(module);
    bind_train_epochs<T>(module);
    bind_perceptron_epoch<T>(module);
}

}  // namespace
}  // namespace errorest

// By this threadpoolctl knows the library.
extern "C" NB_EXPORT const int errorest_engine = 1;

NB_MODULE(ERROREST_MODULE, module) {
    using namespace errorest;
    // Python keeps descriptions of networks in a cache until it exits, which is no leak.
    nb::set_leak_warnings(false);
    nb::class_<Layer>(module, "Layer")
        .def(nb::new_(&make_layer), nb::arg("kind"), nb::arg("n_in"), nb::arg("n_out"),
             nb::arg("activation"), nb::arg("dropout"), nb::arg("weight_rate"),
             nb::arg("weight_decay"), nb::arg("bias_rate"), nb::arg("n_submodels"),
             nb::arg("columns"), nb::arg("n_levels"), nb::arg("n_frequencies"));
    nb::class_<Network>(module, "Network").def(nb::new_(&make_network));
    nb::class_<Optimizer>(module, "Optimizer")
        .def("__init__", [](Optimizer* self, int kind, double momentum, double beta_1,
                            double beta_2, double epsilon, double weight_decay,
                            double clip_norm) {
            new (self) Optimizer{static_cast<OptimizerKind>(kind), momentum, beta_1, beta_2,
                                 epsilon, weight_decay, clip_norm};
        });
    nb::class_<Threads>(module, "Threads").def(nb::init<Index, Index>());
    bind<float>(module);
    bind<double>(module);
    module.def(
        "random_order",
        [](std::uint64_t seed, std::uint64_t stream, Array<std::uint32_t, 1> order) {
            const WithoutPython without_python;
            random_order(seed, stream, length(order), order.data(), without_python);
        },
        nb::arg("seed"), nb::arg("stream"), nb::arg("order").noconvert());
#if !defined(_WIN32)
    // Other threads, and their teams, do not follow into a child process.
    pthread_atfork(nullptr, nullptr, [] { n_threads_at_work = 0; });
#endif
    module.def("multiply_and_add", &multiply_and_add<float>, nb::arg("n_operations"),
               nb::arg("threads"), nb::call_guard<WithoutPython>());
    module.attr("compiler") = ERROREST_COMPILER;
}
