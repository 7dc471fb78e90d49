"""The features of the regressions, as `ClaimFeatures` and `EndingFeatures` of the product make them, and their file."""

import re
import struct
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import scipy.sparse as sparse


def place(feature: str, count: int) -> int:
    """FNV-1a with 32 bits, whose upper half is folded in."""
    value = 2166136261
    for byte in feature.encode():
        value = ((value ^ byte) * 16777619) & 0xFFFFFFFF
    return (value ^ (value >> 16)) & (count - 1)


def matrix(texts: list[list[str]], count: int) -> sparse.csr_matrix:
    """One row for each text, with a 1 for each of its features."""
    starts, places = [0], []
    for features in texts:
        places += sorted({place(feature, count) for feature in features})
        starts.append(len(places))
    return sparse.csr_matrix((np.ones(len(places)), places, starts), shape=(len(texts), count))


def save(path: str, weights: np.ndarray, bias: float) -> None:
    """Writes what `HashedRegression` reads."""
    step = np.abs(weights).max() / 127
    with open(path, "wb") as file:
        file.write(struct.pack(">ff", bias, step) + np.round(weights / step).astype(np.int8).tobytes())


def load(path: str) -> tuple[np.ndarray, float]:
    """The weights and the bias of such a file."""
    data = Path(path).read_bytes()
    bias, step = struct.unpack(">ff", data[:8])
    return np.frombuffer(data[8:], dtype=np.int8) * step, bias


# Claims


def claim_tokens(text: str) -> list[str]:
    tokens = []
    for match in re.finditer(r"[A-Za-z]+(?:'[A-Za-z]+)*|[0-9]+|[?.!,;:—]", text.replace("’", "'")):
        word = match.group()
        if word[0].isdigit():
            tokens.append("#")
        elif not word[0].isalpha():
            tokens.append(word)
        elif word[0].isupper() and tokens and tokens[-1] not in ".?!" and word != "I" and not word.startswith("I'"):
            tokens.append("Xx")
        else:
            tokens += parts(word.lower())
    return tokens


def parts(word: str) -> list[str]:
    """A word, or what a contraction is made of."""
    if word.endswith("n't"):
        return [part for part in (word[:-3], "not") if part]
    for ending in ("'ve", "'re", "'ll", "'m", "'s", "'d"):
        if word.endswith(ending):
            return [part for part in (word[: -len(ending)], ending) if part]
    return [word]


def claim_features(question: str, sentence: str) -> list[str]:
    said = ["<s>"] + claim_tokens(sentence) + ["</s>"]
    features = []
    for index, word in enumerate(said):
        features.append("1:" + word)
        if len(word) > 4:
            features.append("x:" + word[-3:])
        if index:
            features.append(f"2:{said[index - 1]} {word}")
            if len(word) > 4:
                features.append(f"x2:{said[index - 1]} {word[-2:]}")
        if index > 1:
            features.append("3:" + " ".join(said[index - 2 : index + 1]))
    asked = claim_tokens(question)
    if not asked:
        return features + ["noq"]
    features.append("q")
    for index, word in enumerate(asked):
        features.append("q:" + word)
        if index:
            features.append(f"q2:{asked[index - 1]} {word}")
    return features + [f"q0:{' '.join(asked[:2])}|{said[1]}", f"qe:{asked[-1]}|{said[1]}"]


def sentences(text: str) -> list[str]:
    return [part for part in re.split(r"(?<=[.!?…])[\"”']?\s+", text.strip()) if part]


# Endings

ASKERS = ("what", "which", "name", "when", "time", "how", "many", "number", "or", "else", "where", "date", "day", "city")


def ending_tokens(text: str) -> list[str]:
    found = re.findall(r"[a-z]+(?:'[a-z]+)*|[0-9]", text.lower().replace("’", "'"))
    return ["#" if token.isdigit() else token for token in found]


def ending_features(words: list[str], agent_words: str) -> list[str]:
    count = len(words)

    def at(index: int) -> str:
        return words[index] if -count <= index < count else "^"

    opening = " ".join(words[:2])
    features = [
        f"1:{at(-1)}", f"2:{at(-2)} {at(-1)}", f"3:{at(-3)} {at(-2)} {at(-1)}", f"p:{at(-2)}", f"s:{at(0)}",
        f"s2:{opening}", f"s1:{at(0)} {at(-1)}", f"s3:{opening}|{min(count, 8)}", f"n:{min(count, 12)}",
        f"n1:{min(count, 4)} {at(-1)}",
    ]
    if count <= 4:
        features.append("w:" + " ".join(words))
    agent = ending_tokens(agent_words)
    if not agent:
        return features + [f"q:none:{min(count, 4)}"]
    features.append(f"q:{int(agent_words.strip().endswith('?'))}:{min(count, 4)}")
    if count > 3:
        return features
    features.append("qs:" + agent[max(0, len(agent) - 20)])
    return features + [f"qw:{asker}:{count}" for asker in ASKERS if asker in agent[-15:]]


def whole_turns(turns: Iterable[str]) -> set[str]:
    """Turns that are long, or that people have made more than once or twice: no slips like "I think"."""
    return {said for said, times in Counter(turns).items() if times > 2 or said.count(" ") > 2}
