"""Writes smart-turn.json: what the reference implementation makes of jfk.wav, for SmartTurnTests.

    pip install transformers==4.57.1 onnxruntime numpy
    python smart_turn_reference.py path/to/smart-turn-v3.2-cpu.onnx

The reference is the model's own pipeline: the feature extractor of Whisper in Hugging Face's transformers with the
options that Smart Turn was trained with, and ONNX Runtime. The recording is from a speech of 1961 and in the public
domain.
"""

import json
import sys
import wave
from pathlib import Path

import numpy as np
import onnxruntime
from transformers import WhisperFeatureExtractor

FOLDER = Path(__file__).parent
RATE = 16_000
LENGTH = 8 * RATE
# Enough to see every kind of column: both mirrored ends, silence before the speech, speech.
FRAMES = [0, 1, *range(20, 798, 20), 798, 799]
# Ends of the audio in seconds: its first instant, inside "fellow", in the pause after "Americans", which the model takes
# for an end, in the two pauses around "ask not", inside words, and the end of the speech.
ENDS = [0.05, 1.0, 2.75, 4.0, 4.75, 5.25, 6.5, 8.0, 9.5, 10.75, 11.0]
WITH_FEATURES = [0.05, 2.75, 11.0]


def main() -> None:
    with wave.open(str(FOLDER / "jfk.wav")) as file:
        assert (file.getframerate(), file.getnchannels(), file.getsampwidth()) == (RATE, 1, 2)
        pcm = np.frombuffer(file.readframes(file.getnframes()), "<i2")
    samples = pcm.astype(np.float32) / 32768
    extractor = WhisperFeatureExtractor(chunk_length=8)
    session = onnxruntime.InferenceSession(sys.argv[1], providers=["CPUExecutionProvider"])
    cases = []
    for end in ENDS:
        audio = samples[: round(end * RATE)][-LENGTH:]
        audio = np.pad(audio, (LENGTH - len(audio), 0))
        features = extractor(
            audio,
            sampling_rate=RATE,
            padding="max_length",
            max_length=LENGTH,
            truncation=True,
            do_normalize=True,
            return_tensors="np",
        ).input_features
        probability = session.run(None, {"input_features": features})[0][0, 0]
        case = {"end": round(end * RATE), "probability": round(float(probability), 6)}
        if end in WITH_FEATURES:
            case["columns"] = [[round(float(x), 6) for x in features[0, :, frame]] for frame in FRAMES]
        cases.append(case)
    reference = {"frames": FRAMES, "cases": cases}
    (FOLDER / "smart-turn.json").write_text(json.dumps(reference, separators=(",", ":")).replace("]],", "]],\n") + "\n")


main()
