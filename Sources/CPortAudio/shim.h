// PortAudio, and the one piece that must not run Swift: its callback.
//
// The callback runs on the sound system's real-time thread. It neither allocates nor locks nor waits: samples go through
// two rings, each with one writer and one reader, whose positions are the only shared state.

#pragma once

#include <dlfcn.h>
#include <portaudio.h>
#include <stdint.h>
#include <stdlib.h>

/// A ring of samples for one writer and one reader. Positions only grow; `mask` is the capacity less one.
typedef struct {
    float *samples;
    uint64_t mask;
    uint64_t written;
    uint64_t read;
} parley_ring;

/// What the callback works on.
typedef struct {
    parley_ring captured;
    parley_ring playing;
    /// Everything of `playing` before this position is to be dropped.
    uint64_t dropped_before;
    /// Captured samples that found no room.
    uint64_t lost;
    /// The last sample that was put out; only the callback's.
    float last;
} parley_duplex;

/// `capacity` must be a power of two. NULL without memory.
static inline parley_duplex *parley_duplex_create(uint64_t capacity) {
    parley_duplex *duplex = calloc(1, sizeof(parley_duplex));
    if (!duplex) return NULL;
    duplex->captured.samples = calloc(capacity, sizeof(float));
    duplex->playing.samples = calloc(capacity, sizeof(float));
    duplex->captured.mask = duplex->playing.mask = capacity - 1;
    if (duplex->captured.samples && duplex->playing.samples) return duplex;
    free(duplex->captured.samples);
    free(duplex->playing.samples);
    free(duplex);
    return NULL;
}

/// Only after the stream is closed.
static inline void parley_duplex_destroy(parley_duplex *duplex) {
    free(duplex->captured.samples);
    free(duplex->playing.samples);
    free(duplex);
}

static inline uint64_t parley_ring_count(const parley_ring *ring) {
    return __atomic_load_n(&ring->written, __ATOMIC_ACQUIRE) - __atomic_load_n(&ring->read, __ATOMIC_ACQUIRE);
}

/// Returns how many samples found room.
static inline uint64_t parley_ring_write(parley_ring *ring, const float *samples, uint64_t count) {
    uint64_t written = ring->written;
    uint64_t room = ring->mask + 1 - (written - __atomic_load_n(&ring->read, __ATOMIC_ACQUIRE));
    if (count > room) count = room;
    for (uint64_t i = 0; i < count; i++) ring->samples[(written + i) & ring->mask] = samples[i];
    __atomic_store_n(&ring->written, written + count, __ATOMIC_RELEASE);
    return count;
}

/// Returns how many samples there were.
static inline uint64_t parley_ring_read(parley_ring *ring, float *samples, uint64_t count) {
    uint64_t read = ring->read;
    uint64_t available = __atomic_load_n(&ring->written, __ATOMIC_ACQUIRE) - read;
    if (count > available) count = available;
    for (uint64_t i = 0; i < count; i++) samples[i] = ring->samples[(read + i) & ring->mask];
    __atomic_store_n(&ring->read, read + count, __ATOMIC_RELEASE);
    return count;
}

/// The writer's side of `playing`: what it holds now is not to be heard.
static inline void parley_duplex_drop(parley_duplex *duplex) {
    __atomic_store_n(&duplex->dropped_before, duplex->playing.written, __ATOMIC_RELEASE);
}

static int parley_duplex_callback(
    const void *input, void *output, unsigned long frames, const PaStreamCallbackTimeInfo *time,
    PaStreamCallbackFlags flags, void *context) {
    (void)time;
    (void)flags;
    parley_duplex *duplex = context;
    if (input) {
        uint64_t taken = parley_ring_write(&duplex->captured, input, frames);
        if (taken < frames) __atomic_fetch_add(&duplex->lost, frames - taken, __ATOMIC_RELAXED);
    }
    if (output) {
        float *samples = output;
        uint64_t keep = __atomic_load_n(&duplex->dropped_before, __ATOMIC_ACQUIRE);
        if (keep > duplex->playing.read) __atomic_store_n(&duplex->playing.read, keep, __ATOMIC_RELEASE);
        uint64_t count = parley_ring_read(&duplex->playing, samples, frames);
        if (count > 0) duplex->last = samples[count - 1];
        // Fading out over some milliseconds instead of falling to zero keeps a stop from clicking.
        for (uint64_t i = count; i < frames; i++) samples[i] = duplex->last *= 0.97f;
    }
    return paContinue;
}

static void parley_ignore_alsa(const char *file, int line, const char *function, int error, const char *format, ...) {
    (void)file, (void)line, (void)function, (void)error, (void)format;
}

/// Keeps ALSA, where PortAudio has brought it along, from writing to the standard error stream.
static inline void parley_silence_alsa(void) {
    int (*set)(void (*)(const char *, int, const char *, int, const char *, ...)) =
        (int (*)(void (*)(const char *, int, const char *, int, const char *, ...)))dlsym(
            NULL, "snd_lib_error_set_handler");
    if (set) set(parley_ignore_alsa);
}

/// Opens and starts the microphone's (`captures`) or the loudspeaker's mono stream.
///
/// Two streams and not one for both: where the two directions are not driven by one clock, as with ALSA's plugins for
/// sound servers, a stream for both stalls whenever one side waits for the other.
static inline PaError parley_duplex_start(
    parley_duplex *duplex, PaStream **stream, PaDeviceIndex device, double rate, int captures) {
    const PaDeviceInfo *info = Pa_GetDeviceInfo(device);
    PaStreamParameters side = {.device = device, .channelCount = 1, .sampleFormat = paFloat32};
    side.suggestedLatency = captures ? info->defaultLowInputLatency : info->defaultLowOutputLatency;
    // Sound servers name latencies that they cannot keep. On a busy machine 30 ms hold for what is captured; what is
    // played breaks off when the server, which itself works in blocks of up to 50 ms, is a moment late.
    double least = captures ? 0.030 : 0.060;
    if (side.suggestedLatency < least) side.suggestedLatency = least;
    PaError error = Pa_OpenStream(
        stream, captures ? &side : NULL, captures ? NULL : &side, rate, paFramesPerBufferUnspecified, paNoFlag,
        parley_duplex_callback, duplex);
    if (error != paNoError) return error;
    error = Pa_StartStream(*stream);
    if (error != paNoError) Pa_CloseStream(*stream);
    return error;
}
