/// The few calls of ONNX Runtime that Parley makes, over the runtime's versioned table of functions.
///
/// Failures come back as messages; nothing is thrown, printed or aborted across this boundary.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// A loaded model. Running it from several threads at once is safe.
typedef struct ParleyOnnxSession ParleyOnnxSession;

/// Element types, with the numbers of `ONNXTensorElementDataType`.
typedef enum ParleyOnnxType {
    ParleyOnnxFloat = 1,
    ParleyOnnxInt64 = 7,
} ParleyOnnxType;

/// A dense tensor in the caller's memory.
typedef struct ParleyOnnxTensor {
    /// The model's name of the input or output.
    const char *name;
    ParleyOnnxType type;
    /// Row-major elements: read for inputs, written for outputs. Where it is NULL, an output of whatever size gets
    /// memory that the caller frees with `free`, also when the run fails.
    void *data;
    /// How many elements `data` holds; written for outputs that had no `data`.
    size_t count;
    /// Shape of an input; not looked at for outputs, of which only `count` must be right.
    const int64_t *shape;
    size_t rank;
} ParleyOnnxTensor;

/// The runtime's own version, such as `1.28.2`.
const char *parley_onnx_version(void);

/// Loads the model in the file `path`. With `keep_memory` the runtime keeps what a run needed for the next one, in one
/// arena for all threads, instead of giving it back to the allocator.
///
/// Returns NULL on success, else a message that the caller frees with `free`.
char *parley_onnx_load(const char *path, int32_t threads, bool keep_memory, ParleyOnnxSession **session);

/// Runs the model once. Each output must have exactly the type of its tensor, and the number of elements where the tensor
/// has memory.
///
/// Returns NULL on success, else a message that the caller frees with `free`.
char *parley_onnx_run(
    const ParleyOnnxSession *session, const ParleyOnnxTensor *inputs, size_t input_count,
    ParleyOnnxTensor *outputs, size_t output_count);

/// Unloads the model; nothing may be running on it.
void parley_onnx_unload(ParleyOnnxSession *session);

#ifdef __cplusplus
}
#endif
