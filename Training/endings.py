#!/usr/bin/env python3
"""Trains the regression that tells how likely a caller has finished, by the words alone.

    pip install numpy scipy scikit-learn
    python3 Training/endings.py OUT                 # writes Sources/Language/English/endings.weights
    python3 Training/endings.py measure OUT/judged [WEIGHTS]

OUT is what corpora.py has written. WHOLE.tsv holds turns, a line each: source, the agent's words before, the caller's turn.
PAUSED.tsv holds beginnings of turns after which the speaker paused or could have, in the same columns, and whether something is
missing there. docs/training.md names the corpora of the weights that are kept here.
"""

import random
import sys
from collections import Counter, defaultdict
from pathlib import Path

import numpy as np
from features import ending_features, ending_tokens, load, matrix, save, whole_turns
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

KEPT = Path(__file__).parent.parent / "Sources/Language/English/endings.weights"

WEIGHTS = 1 << 16
FILLERS = ["um", "uh", "er", "hmm", "uh", "um", "well", "like", "you know", "so", "let me see", "i mean"]
ANSWERED = 20
"""After how many of the agents' sentences each line of answers.txt is an example, and twice as often after none: corpora of
wishes have few of the short turns that people often have."""
ENOUGH = 6000
"""Lines of a source above which each counts less, so that no corpus drowns the others."""
PATIENCE = 1.5
"""What everything after which more follows counts: with it, beginnings that could be all get the odds that they had with the
weights of before, for which the numbers of `EnglishEnding` are fitted."""
ALONE = (0.07, 0.69)
"""`EnglishEnding.alone`."""


def rows(path: Path) -> list[tuple[str, str, list[str]]]:
    lines = (line.split("\t") for line in path.read_text().splitlines())
    return [(source, agent, tokens) for source, agent, words, *_ in lines if (tokens := ending_tokens(words))]


def examples(whole: Path, paused: Path) -> list[tuple[bool, str, str, list[str], float]]:
    """Whether it is an end, its source, the agent's words, the caller's, and what it counts."""
    found = []
    turns = whole_turns(" ".join(words) for _, _, words in rows(whole))
    for source, agent, words in rows(whole):
        found.append((True, source, agent, words, 1.0))
        # Written turns have no fillers; people who speak stop after them, and begin with them.
        if len(words) > 1 and random.random() < 0.25:
            cut = random.randrange(1, len(words))
            found.append((False, source, agent, words[:cut] + random.choice(FILLERS).split(), 0.7))
        if len(words) > 3 and random.random() < 0.05:
            cut = random.randrange(2, len(words))
            found.append((False, source, agent, words[:cut] + words[cut - 1 : cut], 0.7))
        if random.random() < 0.15:
            cut = 0 if random.random() < 0.6 else random.randrange(len(words))
            found.append((True, source, agent, words[:cut] + [random.choice(FILLERS[:6])] + words[cut:], 0.7))
        # Other places of a turn, where people pause too, but less often.
        if len(words) > 2 and random.random() < 0.5:
            beginning = words[: random.randrange(1, len(words))]
            if " ".join(beginning) not in turns:
                found.append((False, source, agent, beginning, 0.5))
    agents = [agent for _, agent, _ in rows(whole) if agent]
    for answer in Path(__file__).with_name("answers.txt").read_text().splitlines():
        found += [(True, "answers", agent, ending_tokens(answer), 1.0) for agent in random.sample(agents, ANSWERED)]
        found += [(True, "answers", "", ending_tokens(answer), 1.0)] * (2 * ANSWERED)
    return found + [(False, source, agent, words, 1.0) for source, agent, words in rows(paused)]


def train(folder: Path) -> None:
    random.seed(1)
    found = examples(folder / "WHOLE.tsv", folder / "PAUSED.tsv")
    counts = Counter(source for _, source, *_ in found)
    model = LogisticRegression(C=1, max_iter=200).fit(
        matrix([ending_features(words, agent) for _, _, agent, words, _ in found], WEIGHTS),
        [is_end for is_end, *_ in found],
        sample_weight=[weight * (1 if is_end else PATIENCE) * min(1, ENOUGH / counts[source]) ** 0.5
                       for is_end, source, _, _, weight in found])
    save(str(KEPT), model.coef_[0], model.intercept_[0])
    print(f"{len(found)} examples")


def measure(folder: Path, weights: str) -> None:
    """Prints, for each source, how well whole turns and beginnings are told apart, on the scale of `EnglishEnding.alone`."""
    values, bias = load(weights)
    odds: dict[tuple[str, str], list[float]] = defaultdict(list)
    for name in ("WHOLE.tsv", "PAUSED.tsv"):
        for line in (folder / name).read_text().splitlines():
            source, agent, words, *kind = line.split("\t")
            said = matrix([ending_features(ending_tokens(words), agent)], WEIGHTS)
            odds[source, kind[0] if kind else "whole"].append(ALONE[0] + ALONE[1] * (said @ values + bias)[0])
    print("source, turns, AUC (missing), AUC (all), whole below -0.5, above 1.1, missing above 1.1, could be all above 1.1")
    for source in dict.fromkeys(source for source, _ in odds):
        whole, missing, rest = (np.array(odds[source, kind]) for kind in ("whole", "missing", "could be all"))
        areas = [roc_auc_score([1] * len(whole) + [0] * len(others), np.concatenate([whole, others]))
                 for others in (missing, np.concatenate([missing, rest])) if len(others)]
        shares = [np.mean(whole < -0.5), np.mean(whole > 1.1), np.mean(missing > 1.1), np.mean(rest > 1.1)]
        print(source, len(whole), *(f"{number:.3f}" for number in areas + shares), sep="\t")


if __name__ == "__main__":
    if sys.argv[1] == "measure":
        measure(Path(sys.argv[2]), sys.argv[3] if len(sys.argv) > 3 else str(KEPT))
    else:
        train(Path(sys.argv[1]))
