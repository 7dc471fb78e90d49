"""Makes hibari.json: what the reference implementation of Hibari makes of fixed inputs.

    pip install hibari-tts==0.2.1 scipy
    python hibari_reference.py VOICE/model.onnx > hibari.json

`model.onnx` is the file of $PARLEY_HOME/models/hibari-heart, which has the durations as an output. The noise is
Parley's, since the reference's cannot be made without NumPy.
"""

import json
import sys

import numpy as np
import onnxruntime
from hibari import dsp

BINS = 601
PHONEMES = "həlˈO ðˈɛɹ, ˈɑɹ ju ɹˈɛdi?"


def mixed(place):
    bits = (place.astype(np.uint64) + np.uint64(1)) * np.uint64(0x9E3779B97F4A7C15)
    bits = (bits ^ bits >> np.uint64(30)) * np.uint64(0xBF58476D1CE4E5B9)
    bits = (bits ^ bits >> np.uint64(27)) * np.uint64(0x94D049BB133111EB)
    return bits ^ bits >> np.uint64(31)


class Noise:
    """Stands in for NumPy's generator."""

    def standard_normal(self, shape, dtype):
        frames = shape[1] // 2
        bits = mixed(np.arange(frames)[None, :] * BINS + np.arange(BINS)[:, None])
        words = [(bits >> np.uint64(shift) & np.uint64(0xFFFF)).astype(np.int64) for shift in (0, 16, 32, 48)]
        noise = np.empty(shape, np.float64)
        noise[:, 0::2] = words[0] + words[1] - 65535
        noise[:, 1::2] = words[2] + words[3] - 65535
        return (noise * np.sqrt(6) / 65536).astype(dtype)


def uniform(part, count):
    """Numbers from 0 to 1 that a test can make again."""
    return (mixed(part * 1_000_000 + np.arange(count)) >> np.uint64(40)).astype(np.float64) / 2**24


def main():
    frames = 21
    parts = [uniform(part, BINS * frames).reshape(BINS, frames).astype(np.float32) for part in range(1, 6)]
    contour = np.array([0] * 4 + [120 + 9 * step for step in range(12)] + [0] * 5, np.float32)
    made = dsp.synth(
        2 * parts[0] + 1, 2 * parts[1] - 1, parts[2] - 1, parts[3] - 1, 6 * parts[4], contour, Noise()
    )
    session = onnxruntime.InferenceSession(sys.argv[1], providers=["CPUExecutionProvider"])
    with open(dsp.__file__.replace("dsp.py", "assets/vocab.json"), encoding="utf-8") as file:
        numbers = json.load(file)
    ids = [0, *[numbers[phoneme] for phoneme in PHONEMES], 0]
    *spectra, pitch, durations = session.run(
        ["lh", "theta", "ln", "lr", "phi", "f0", "/Clip_output_0"],
        {"ids": np.array([ids]), "speed": np.ones(1, np.float32)},
    )
    spoken = dsp.synth(*[part[0] for part in spectra], pitch[0], Noise())
    print(
        json.dumps(
            {
                "pitch": contour.tolist(),
                "samples": [round(float(sample), 6) for sample in made[::5]],
                "phonemes": PHONEMES,
                "ids": ids[1:-1],
                "durations": durations.astype(int).tolist(),
                "spokenPitch": [round(float(hertz), 2) for hertz in pitch[0]],
                "spokenLevels": [
                    round(float(level), 5) for level in np.sqrt((spoken.reshape(-1, 600) ** 2).mean(1))
                ],
            },
            ensure_ascii=False,
            separators=(",", ":"),
        )
    )


if __name__ == "__main__":
    main()
