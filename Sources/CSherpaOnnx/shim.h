/// The calls of sherpa-onnx that Parley makes, with its configuration structures kept on this side.
#pragma once

#include <malloc.h>
#include <sherpa-onnx/c-api/c-api.h>
#include <string.h>

/// A recogniser for a Moonshine model of two files (encoder, merged decoder), or NULL when they cannot be loaded.
///
/// Decoding different streams on it from several threads at once is safe. Free it with
/// `SherpaOnnxDestroyOfflineRecognizer`.
static inline const SherpaOnnxOfflineRecognizer *parley_sherpa_moonshine(
    const char *encoder, const char *decoder, const char *tokens, int32_t threads) {
    SherpaOnnxOfflineRecognizerConfig config;
    memset(&config, 0, sizeof config);
    config.feat_config.sample_rate = 16000;
    config.feat_config.feature_dim = 80;
    config.model_config.moonshine.encoder = encoder;
    config.model_config.moonshine.merged_decoder = decoder;
    config.model_config.tokens = tokens;
    config.model_config.num_threads = threads;
    config.model_config.provider = "cpu";
    config.decoding_method = "greedy_search";
    return SherpaOnnxCreateOfflineRecognizer(&config);
}

/// A voice for a VITS model, or NULL when it cannot be loaded. Free it with `SherpaOnnxDestroyOfflineTts`.
static inline const SherpaOnnxOfflineTts *parley_sherpa_vits(
    const char *model, const char *tokens, float noise_scale, float noise_scale_w, float length_scale,
    int32_t threads) {
    SherpaOnnxOfflineTtsConfig config;
    memset(&config, 0, sizeof config);
    config.model.vits.model = model;
    config.model.vits.tokens = tokens;
    config.model.vits.noise_scale = noise_scale;
    config.model.vits.noise_scale_w = noise_scale_w;
    config.model.vits.length_scale = length_scale;
    config.model.num_threads = threads;
    config.model.provider = "cpu";
    config.max_num_sentences = 1;
    config.silence_scale = 1;
    return SherpaOnnxCreateOfflineTts(&config);
}

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
