#!/usr/bin/env python3
"""Trains the regression that tells an agent's claims ("The fee is gone.") from what else it says.

    pip install numpy scipy scikit-learn
    python3 Training/claims.py SGD        # writes Sources/Language/English/Claims/claims.weights, prints the measures

SGD is a copy of google-research-datasets/dstc8-schema-guided-dialogue (CC BY-SA 4.0): the sentences of its assistants say how
rarely claims are made, and its notes of success where.
"""

import json
import random
import sys
from pathlib import Path

import numpy as np
from features import claim_features, matrix, save, sentences
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

ROOT = Path(__file__).parent.parent
FIXTURES = ROOT / "Tests/LanguageTests/Fixtures"
WEIGHTS = 1 << 15
CORPUS_WEIGHT = 0.4
"""What a sentence of the corpus counts, beside one that was written for this."""


def fixture(name: str, groups: set[str] | None = None) -> list[tuple[bool, str, str]]:
    """Whether it is a claim, the caller's words, the agent's; of all groups, or of those."""
    rows, group = [], ""
    for line in (FIXTURES / f"{name}.txt").read_text().splitlines():
        if line[:2] not in ("+ ", "- "):
            group = line
        elif groups is None or group in groups:
            question, mark, answer = line[2:].partition(" | ")
            rows.append((line[0] == "+", question if mark else "", answer if mark else line[2:]))
    return rows


def written() -> list[tuple[bool, str, str]]:
    rows = [line.split("\t") for line in (ROOT / "Training/claims.tsv").read_text().splitlines()]
    return [(kind == "claim", question, answer) for kind, question, answer in rows]


def assistants(folder: Path, numbers: tuple[int, ...]) -> list[tuple[bool, str, str]]:
    rows = []
    for number in numbers:
        for dialogue in json.loads((folder / f"train/dialogues_{number:03}.json").read_text()):
            asked = ""
            for turn in dialogue["turns"]:
                if turn["speaker"] == "USER":
                    asked = turn["utterance"]
                else:
                    acts = {action["act"] for frame in turn["frames"] for action in frame["actions"]}
                    rows.append(("NOTIFY_SUCCESS" in acts, asked, turn["utterance"]))
    return rows


def main() -> None:
    corpus = Path(sys.argv[1])
    random.seed(3)
    seen = assistants(corpus, (22, 124, 92))
    others = [(False, asked, part) for is_claim, asked, words in random.sample([row for row in seen if not row[0]], 2200)
              for part in sentences(words)]
    successes = random.sample([row for row in seen if row[0]], 300)
    own = fixture("claims-tuning") + fixture("claims-judged") + fixture("claims-strangers") + written()
    own += fixture("claims-answers", {"of a tester, by which rules were tuned"})
    # What is said as a matter of course claims nothing, whatever the caller has said before.
    courtesies = (ROOT / "Training/courtesies.txt").read_text().splitlines()
    askers = [row[1] for row in own if row[1]]
    own += [(False, asked, line) for line in courtesies for asked in ("", *random.sample(askers, 3))]
    rows = [(row, 1.0) for row in own] + [(row, CORPUS_WEIGHT) for row in others + successes]
    model = LogisticRegression(C=1, max_iter=3000).fit(
        matrix([claim_features(row[1], row[2]) for row, _ in rows], WEIGHTS),
        [row[0] for row, _ in rows], sample_weight=[weight for _, weight in rows])
    save(str(ROOT / "Sources/Language/English/Claims/claims.weights"), model.coef_[0], model.intercept_[0])
    for group in ("of a tester, only measured", "of a second tester, only measured"):
        measure(model, group, fixture("claims-answers", {group}))
    measure(model, "assistants of other dialogues", assistants(corpus, (15, 125)))


def measure(model: LogisticRegression, name: str, rows: list[tuple[bool, str, str]]) -> None:
    """Prints how many claims and others reach even odds with one of their sentences."""
    pieces = [(index, claim_features(row[1], part)) for index, row in enumerate(rows) for part in sentences(row[2])]
    odds = np.full(len(rows), -np.inf)
    np.maximum.at(odds, [index for index, _ in pieces],
                  model.decision_function(matrix([features for _, features in pieces], WEIGHTS)))
    is_claim = np.array([row[0] for row in rows])
    print(f"{name}: {(odds[is_claim] >= 0).sum()} of {is_claim.sum()} claims, "
          f"{(odds[~is_claim] >= 0).sum()} of {(~is_claim).sum()} others, AUC {roc_auc_score(is_claim, odds):.3f}")


if __name__ == "__main__":
    main()
