/// sherpa-onnx as Parley calls it.
#pragma once

#include <malloc.h>
#include <sherpa-onnx/c-api/c-api.h>
#include <string.h>

/// Speaks one sentence of IPA code points; NULL when the engine fails. Free it with
/// `SherpaOnnxDestroyOfflineTtsGeneratedAudio`.
static inline const SherpaOnnxGeneratedAudio *parley_sherpa_speak(
    const SherpaOnnxOfflineTts *voice, const int32_t *phonemes, int32_t count, int32_t speaker, float speed) {
    SherpaOnnxGenerationConfig config;
    memset(&config, 0, sizeof config);
    config.silence_scale = 1;
    config.speed = speed;
    config.sid = speaker;
    config.phoneme_codepoints = phonemes;
    config.phoneme_codepoints_lens = &count;
    config.phoneme_codepoints_num_sentences = 1;
    return SherpaOnnxOfflineTtsGenerateWithConfig(voice, "", &config, NULL, NULL);
}
