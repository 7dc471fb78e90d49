#include <opusenc.h>

// Swift cannot call functions with variable arguments.

/// Bit rate in bit/s.
static inline int parley_opus_set_bit_rate(OggOpusEnc *encoder, opus_int32 rate) {
    return ope_encoder_ctl(encoder, OPUS_SET_BITRATE(rate));
}

/// The most audio in one Ogg page, in samples at 48 kHz.
static inline int parley_opus_set_page_length(OggOpusEnc *encoder, opus_int32 samples) {
    return ope_encoder_ctl(encoder, OPE_SET_MUXING_DELAY(samples));
}
