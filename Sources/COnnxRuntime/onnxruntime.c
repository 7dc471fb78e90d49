#include "COnnxRuntime.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// ONNX Runtime exports one symbol; everything else hangs off a table whose order never changes: new functions are
// only added at its end (`OrtApi` in onnxruntime_c_api.h). Version 1 of the table is the 102 entries that every
// runtime since 1.0 has.
typedef struct OrtStatus OrtStatus;

struct OrtApiBase {
    const void *const *(*GetApi)(uint32_t version);
    const char *(*GetVersionString)(void);
};
extern const struct OrtApiBase *OrtGetApiBase(void);

enum {
    kTableVersion = 1,
    // Indices in the table.
    kGetErrorMessage = 2,
    kCreateEnv = 3,
    kCreateSession = 7,
    kRun = 9,
    kCreateSessionOptions = 10,
    kDisableCpuMemArena = 19,
    kSetSessionGraphOptimizationLevel = 23,
    kSetIntraOpNumThreads = 24,
    kSetInterOpNumThreads = 25,
    kCreateTensorWithDataAsOrtValue = 49,
    kGetTensorMutableData = 51,
    kGetTensorElementType = 60,
    kGetTensorShapeElementCount = 64,
    kGetTensorTypeAndShape = 65,
    kCreateCpuMemoryInfo = 69,
    kReleaseStatus = 93,
    kReleaseMemoryInfo = 94,
    kReleaseSession = 95,
    kReleaseValue = 96,
    kReleaseTensorTypeAndShapeInfo = 99,
    kReleaseSessionOptions = 100,
    // Values of the API's enumerations.
    kLogError = 3,           // ORT_LOGGING_LEVEL_ERROR
    kOptimizeAll = 99,       // ORT_ENABLE_ALL
    kArenaAllocator = 1,     // OrtArenaAllocator
    kDefaultMemory = 0,      // OrtMemTypeDefault
    // Bounds of one run; the largest model here has three inputs.
    kMaximumTensors = 8,
};

typedef OrtStatus *(*CreateEnv)(int level, const char *identifier, void **env);
typedef OrtStatus *(*CreateSession)(const void *env, const char *path, const void *options, void **session);
typedef OrtStatus *(*Run)(
    void *session, const void *options, const char *const *input_names, const void *const *inputs, size_t input_count,
    const char *const *output_names, size_t output_count, void **outputs);
typedef OrtStatus *(*Create)(void **object);
typedef OrtStatus *(*SetNothing)(void *object);
typedef OrtStatus *(*SetInt)(void *object, int value);
typedef OrtStatus *(*CreateTensor)(
    const void *memory, void *data, size_t bytes, const int64_t *shape, size_t rank, int type, void **value);
typedef OrtStatus *(*GetPointer)(const void *object, void **pointer);
typedef OrtStatus *(*GetSize)(const void *object, size_t *size);
typedef OrtStatus *(*GetInt)(const void *object, int *value);
typedef OrtStatus *(*CreateMemoryInfo)(int allocator, int memory, void **info);
typedef const char *(*GetMessage)(const OrtStatus *status);
typedef void (*Release)(void *object);

struct ParleyOnnxSession {
    void *session;
    void *memory;
};

static pthread_once_t once = PTHREAD_ONCE_INIT;
static const void *const *api;
static void *environment;
static char *environment_failure;

#define CALL(index, type) ((type)api[index])

static void release(int index, void *object) {
    if (object) CALL(index, Release)(object);
}

// The message of a failed status, which it releases; NULL for success.
static char *failure(OrtStatus *status) {
    if (!status) return NULL;
    char *message = strdup(CALL(kGetErrorMessage, GetMessage)(status));
    release(kReleaseStatus, status);
    return message ? message : strdup("out of memory");
}

static void start(void) {
    const struct OrtApiBase *base = OrtGetApiBase();
    api = base->GetApi(kTableVersion);
    if (!api) {
        environment_failure = "this ONNX Runtime has no version 1 of the C API";
        return;
    }
    // The runtime keeps one environment a process and counts its users, so this is also sherpa-onnx's. It is never
    // released: sessions may outlive any moment that could be chosen for it.
    environment_failure = failure(CALL(kCreateEnv, CreateEnv)(kLogError, "parley", &environment));
}

const char *parley_onnx_version(void) { return OrtGetApiBase()->GetVersionString(); }

char *parley_onnx_load(const char *path, int32_t threads, bool keep_memory, ParleyOnnxSession **result) {
    pthread_once(&once, start);
    if (environment_failure) return strdup(environment_failure);
    ParleyOnnxSession *session = calloc(1, sizeof *session);
    if (!session) return strdup("out of memory");
    void *options = NULL;
    char *message = failure(CALL(kCreateSessionOptions, Create)(&options));
    if (!message) message = failure(CALL(kSetIntraOpNumThreads, SetInt)(options, threads));
    if (!message) message = failure(CALL(kSetInterOpNumThreads, SetInt)(options, 1));
    if (!message) message = failure(CALL(kSetSessionGraphOptimizationLevel, SetInt)(options, kOptimizeAll));
    if (!message && !keep_memory) message = failure(CALL(kDisableCpuMemArena, SetNothing)(options));
    if (!message) message = failure(CALL(kCreateSession, CreateSession)(environment, path, options, &session->session));
    if (!message) {
        message = failure(
            CALL(kCreateCpuMemoryInfo, CreateMemoryInfo)(kArenaAllocator, kDefaultMemory, &session->memory));
    }
    release(kReleaseSessionOptions, options);
    if (message) {
        parley_onnx_unload(session);
        return message;
    }
    *result = session;
    return NULL;
}

static size_t element_size(ParleyOnnxType type) {
    return type == ParleyOnnxInt64 ? sizeof(int64_t) : sizeof(float);
}

// Copies a value that the runtime made into the caller's tensor after checking that it fits exactly, or into memory for it.
static char *copy_output(const void *value, ParleyOnnxTensor *output) {
    void *info = NULL;
    size_t count = 0;
    int type = 0;
    char *message = failure(CALL(kGetTensorTypeAndShape, GetPointer)(value, &info));
    if (!message) message = failure(CALL(kGetTensorShapeElementCount, GetSize)(info, &count));
    if (!message) message = failure(CALL(kGetTensorElementType, GetInt)(info, &type));
    release(kReleaseTensorTypeAndShapeInfo, info);
    if (message) return message;
    if (!output->data) output->count = count;
    if (count != output->count || type != (int)output->type) {
        char text[200];
        snprintf(
            text, sizeof text, "output %s has %zu elements of type %d where %zu of type %d were expected", output->name,
            count, type, output->count, (int)output->type);
        return strdup(text);
    }
    if (!output->data) output->data = malloc(count ? count * element_size(output->type) : 1);
    if (!output->data) return strdup("out of memory");
    void *data = NULL;
    message = failure(CALL(kGetTensorMutableData, GetPointer)(value, &data));
    if (!message) memcpy(output->data, data, count * element_size(output->type));
    return message;
}

char *parley_onnx_run(
    const ParleyOnnxSession *session, const ParleyOnnxTensor *inputs, size_t input_count,
    ParleyOnnxTensor *outputs, size_t output_count) {
    if (input_count > kMaximumTensors || output_count > kMaximumTensors) return strdup("too many tensors");
    const char *input_names[kMaximumTensors], *output_names[kMaximumTensors];
    void *input_values[kMaximumTensors] = {0}, *output_values[kMaximumTensors] = {0};
    char *message = NULL;
    for (size_t i = 0; i < input_count && !message; i++) {
        const ParleyOnnxTensor *input = &inputs[i];
        input_names[i] = input->name;
        message = failure(CALL(kCreateTensorWithDataAsOrtValue, CreateTensor)(
            session->memory, input->data, input->count * element_size(input->type), input->shape, input->rank,
            (int)input->type, &input_values[i]));
    }
    for (size_t i = 0; i < output_count; i++) output_names[i] = outputs[i].name;
    if (!message) {
        message = failure(CALL(kRun, Run)(
            session->session, NULL, input_names, (const void *const *)input_values, input_count, output_names,
            output_count, output_values));
    }
    for (size_t i = 0; i < output_count && !message; i++) message = copy_output(output_values[i], &outputs[i]);
    for (size_t i = 0; i < kMaximumTensors; i++) {
        release(kReleaseValue, input_values[i]);
        release(kReleaseValue, output_values[i]);
    }
    return message;
}

void parley_onnx_unload(ParleyOnnxSession *session) {
    if (!session) return;
    release(kReleaseSession, session->session);
    release(kReleaseMemoryInfo, session->memory);
    free(session);
}
