#!/usr/bin/env python3
"""Trains the regression that tells how likely a caller has finished, by the words alone.

    pip install numpy scipy scikit-learn
    python3 Training/endings.py WHOLE.tsv PAUSED.tsv     # writes Sources/Language/English/endings.weights

WHOLE.tsv holds turns, a line each: source, the agent's words before, the caller's turn. PAUSED.tsv holds beginnings of turns
after which the speaker paused or could have, in the same columns. docs/training.md names the corpora of the weights that are
kept here.
"""

import random
import sys
from collections import Counter
from pathlib import Path

from features import ending_features, ending_tokens, matrix, save
from sklearn.linear_model import LogisticRegression

WEIGHTS = 1 << 16
FILLERS = ["um", "uh", "er", "hmm", "uh", "um", "well", "like", "you know", "so", "let me see", "i mean"]
ANSWERED = 20
"""After how many of the agents' sentences each line of answers.txt is an example, and twice as often after none: corpora of
wishes have few of the short turns that people often have."""
ENOUGH = 6000
"""Lines of a source above which each counts less, so that no corpus drowns the others."""


def rows(path: str) -> list[tuple[str, str, list[str]]]:
    lines = (line.split("\t") for line in Path(path).read_text().splitlines())
    return [(source, agent, tokens) for source, agent, words in lines if (tokens := ending_tokens(words))]


def examples(whole: str, paused: str) -> list[tuple[bool, str, str, list[str], float]]:
    """Whether it is an end, its source, the agent's words, the caller's, and what it counts."""
    found = []
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
            found.append((False, source, agent, words[: random.randrange(1, len(words))], 0.5))
    agents = [agent for _, agent, _ in rows(whole) if agent]
    for answer in Path(__file__).with_name("answers.txt").read_text().splitlines():
        found += [(True, "answers", agent, ending_tokens(answer), 1.0) for agent in random.sample(agents, ANSWERED)]
        found += [(True, "answers", "", ending_tokens(answer), 1.0)] * (2 * ANSWERED)
    return found + [(False, source, agent, words, 1.0) for source, agent, words in rows(paused)]


def main() -> None:
    random.seed(1)
    found = examples(*sys.argv[1:3])
    counts = Counter(source for _, source, *_ in found)
    model = LogisticRegression(C=1, max_iter=200).fit(
        matrix([ending_features(words, agent) for _, _, agent, words, _ in found], WEIGHTS),
        [is_end for is_end, *_ in found],
        sample_weight=[weight * min(1, ENOUGH / counts[source]) ** 0.5 for _, source, _, _, weight in found])
    save(str(Path(__file__).parent.parent / "Sources/Language/English/endings.weights"), model.coef_[0],
         model.intercept_[0])
    print(f"{len(found)} examples")


if __name__ == "__main__":
    main()
