#!/usr/bin/env python3
"""Writes the turns and the beginnings of turns that endings.py trains with, from public corpora.

    python3 Training/corpora.py REPOS OUT [HEARD.tsv]

REPOS is a folder with clones of the repositories in CORPORA, each under its own name; those that are missing are passed over.
OUT gets WHOLE.tsv and PAUSED.tsv for the training, and the same two under each of `tuned/` and `judged/`, of which nothing is
in the training but turns of up to three words: a tenth of the dialogues each, and in `judged/` also the trades and corpora that
are only measured. HEARD.tsv is an index of recordings of people (columns transcript, licence, kind, split). Sentences of its split
"tune" are trained with as far as their licence permits; what was said in its split "judge" is not (save for one or two words).
"""

import csv
import json
import random
import re
import sys
import zlib
from collections import Counter, defaultdict
from pathlib import Path
from typing import Container, Iterator, NamedTuple

from features import ending_tokens, whole_turns

csv.field_size_limit(1 << 24)


class Turn(NamedTuple):
    dialogue: str
    agent: str
    words: str
    judged: bool = False


# Where people pause

WORDS = {name: set(words.split()) for name, words in {
    "prepositions": """about above across after against along among around as at before behind below beside between beyond by
        during except for from in inside into like near of off on onto out over past since through throughout till to toward
        towards under until upon via with within without""",
    "clauses": "and but or so because cause if when that which who whom whose where while unless although though than whether then",
    "determiners": "a an the my your his her our their its this these those some any every each another",
    "values": """one two three four five six seven eight nine ten eleven twelve twenty thirty forty fifty hundred thousand monday
        tuesday wednesday thursday friday saturday sunday january february march april may june july august september october
        november december today tomorrow tonight yesterday next last oh double""",
    "fillers": "um uh er erm hmm uhm umm",
    # Words after which something is missing: nobody stops there.
    "open": """a an the my your his our their its every and but or so because if when which whose where while unless although
        though than whether i we they he she i'm i'll i'd i've we're we'll we've we'd they're he's she's you're you'll you've
        it'll there's that's let's is are was were am be been being will would could should might must may into of from with
        for at to as by during between toward towards upon via onto very really quite just gonna wanna um uh er erm hmm uhm
        umm well like who's what's where's how's don't doesn't didn't won't can't couldn't wouldn't shouldn't isn't aren't
        wasn't weren't haven't hasn't""",
}.items()}

FRAMES = re.compile(
    r"(?:i'd like|i would like|i'd love|i want|i wanna|i need|i have|i've got|i was|i am|i'm|i think|i mean|i guess|i know|i don't"
    r"|i was wondering|i'm looking|i'm calling|i was going|we need|we want|we were|let me|let's|my name|it is|it's|it was|that is"
    r"|there is|there's|there are|he was|she was|they were|you know|you can|you have|tell me|give me|(?:can|could|would|will) you"
    r"|(?:can|could|may|should) i|(?:can|could|should) we|would it|do you|did you|have you|are you|were you|is there|are there"
    r"|is it|is that|does it|does that|do they|did they|what is|what's|what are|what was|what do|what did|what would|what time"
    r"|what kind|what about|how about|how much|how many|how long|how do|how did|how can|how would|how is|where is|where can"
    r"|where did|when is|when did|when does|why do|why did|why is|who is|who was|which one)"
    r"(?: (?:to|please|if|you|i|it|the|a|any|like|know|have|for|that|about|of))?$")
"""What is said before the speaker thinks."""

COULD_BE_ALL = 0.6
"""The share that is kept of beginnings that could themselves be turns ("I need to pick up a desk" | "for my son")."""
ARE_ALL = 0.05
"""The share of those that were whole turns elsewhere ("Yes," | "I'd like to book a taxi")."""
OFTEN = 200
"""How often a short answer is taken from one corpus; longer turns are taken once."""
PAUSES = 0.75
"""The share of turns of which a beginning is written."""


def pauses(text: str, turns: Container[str]) -> list[tuple[str, bool, float]]:
    """Beginnings of a turn after which people pause, whether something is missing there, and how likely each is to be taken.
    Nothing is missing in what people have said as whole turns (`turns`)."""
    parts = text.split()
    has_names = text != text.lower() and text != text.upper()
    found = []
    for place in range(1, len(parts)):
        before, after = ending_tokens(" ".join(parts[:place])), ending_tokens(parts[place])
        if not before or not after or parts[place - 1][-1] in ".?!…":
            continue
        last, following = before[-1], after[0]
        has_mark = parts[place - 1][-1] in ",;:—-"
        is_name = has_names and parts[place][0].isupper() and following != "i" and not following.startswith("i'")
        if (has_mark or following in WORDS["fillers"] or last in WORDS["fillers"] or following in WORDS["clauses"] or is_name
                or following == "#" or following in WORDS["values"]):
            odds = 1.0
        elif following in WORDS["prepositions"] or any(FRAMES.match(" ".join(before[-count:])) for count in range(1, 5)):
            odds = 0.8
        elif following in WORDS["determiners"] or last in WORDS["open"]:
            odds = 0.4
        else:
            continue
        is_all = " ".join(before) in turns
        is_missing = not is_all and (
            last in WORDS["open"]
            or not has_mark and following not in WORDS["clauses"]
            and (following in WORDS["determiners"] or len(before) < 3 or following not in WORDS["prepositions"] and odds == 0.8))
        found.append((" ".join(parts[:place]), is_missing, odds if is_missing else odds * (ARE_ALL if is_all else COULD_BE_ALL)))
    return found


def pause(text: str, turns: Container[str]) -> tuple[str, bool] | None:
    found = pauses(text, turns)
    if not found or random.random() > min(1.0, sum(odds for *_, odds in found)) * PAUSES:
        return None
    words, is_missing, _ = random.choices(found, [odds for *_, odds in found])[0]
    return words, is_missing


# The corpora


def loaded(path: Path):
    try:
        return json.loads(path.read_text())
    except (OSError, ValueError):
        return []


def table(path: Path, separator: str) -> Iterator[dict[str, str]]:
    with open(path, newline="", encoding="utf-8", errors="replace") as file:
        quoting = csv.QUOTE_NONE if separator == "\t" else csv.QUOTE_MINIMAL
        yield from csv.DictReader(file, delimiter=separator, quoting=quoting)


JUDGED_SERVICES = ("Services", "RideSharing", "Hotels", "Homes", "RentalCars")
JUDGED_WORDS = re.compile(
    r"\b(hotels?|taxis?|cabs?|uber|lyft|dentists?|doctors?|clinics?|salons?|hair ?cuts?|stylists?|therapists?|apartments?|rental car"
    r"|rent a car|car rental|oil change|mechanics?|tires?|tyres?|tutors?)\b", re.IGNORECASE)
"""What the trades that are only measured are known by, where a corpus does not name them."""


def sgd(root: Path) -> Iterator[Turn]:
    for path in sorted(root.glob("*/dialogues_*.json")):
        if path.parent.name not in ("train", "dev", "test"):
            continue
        for dialogue in loaded(path):
            judged = any(service.startswith(JUDGED_SERVICES) for service in dialogue["services"])
            agent = ""
            for turn in dialogue["turns"]:
                if turn["speaker"] == "USER":
                    yield Turn(path.parent.name + dialogue["dialogue_id"], agent, turn["utterance"], judged)
                agent = turn["utterance"]


def banking(root: Path) -> Iterator[Turn]:
    for name in ("train.csv", "test.csv"):
        for row in table(root / "banking_data" / name, ","):
            yield Turn(row["text"], "", row["text"])


def nlupp(root: Path) -> Iterator[Turn]:
    for path in sorted(root.glob("nlupp/data/*/fold*.json")):
        for row in loaded(path):
            yield Turn(row["text"], "", row["text"], path.parent.name == "hotels")


SLOT_QUESTIONS = {"time": "What time would you like the table for?", "people": "For how many people?", "date": "For what date?",
                  "first_name": "What is your first name?", "last_name": "What is your last name?"}


def restaurants(root: Path) -> Iterator[Turn]:
    for path in sorted(root.glob("span_extraction/restaurant8k/*.json")):
        for row in loaded(path):
            slots = row.get("context", {}).get("requestedSlots", [])
            yield Turn(row["userInput"]["text"], SLOT_QUESTIONS.get(slots[0], "") if slots else "", row["userInput"]["text"])


EVI_QUESTIONS = {"postcode": "What is your postcode?", "name": "What is your full name?", "dob": "What is your date of birth?"}


def evi(root: Path) -> Iterator[Turn]:
    for row in table(root / "data/dialogues.en.tsv", "\t"):
        yield Turn(row["dialogue_id"], EVI_QUESTIONS.get(row["item"], "Could you tell me that again?"), row["transcription"])


CLINC_JUDGED = {"book_hotel", "car_rental", "uber", "oil_change_how", "oil_change_when", "jump_start", "schedule_maintenance",
                "last_maintenance", "tire_change", "tire_pressure"}


def clinc(root: Path) -> Iterator[Turn]:
    for rows in (loaded(root / "data/data_full.json") or {}).values():
        for words, intent in rows:
            yield Turn(words, "", words, intent in CLINC_JUDGED)


def multidogo(root: Path) -> Iterator[Turn]:
    for path in sorted(root.glob("data/paper_splits/splits_annotated_at_turn_level/*/*.tsv")):
        for row in table(path, "\t"):
            yield Turn(row["conversationId"], "", row["utterance"] or "")


def slurp(root: Path) -> Iterator[Turn]:
    for name in ("train", "devel", "test"):
        path = root / f"dataset/slurp/{name}.jsonl"
        for line in path.read_text().splitlines() if path.exists() else []:
            row = json.loads(line)
            yield Turn(row["sentence"], "", row["sentence"], row["intent"] == "transport_taxi")


def taskmaster(root: Path) -> Iterator[Turn]:
    files = [*root.glob("TM-1-2019/*-dialogs.json"), *root.glob("TM-[234]-*/data/*.json")]
    for path in sorted(files):
        for dialogue in loaded(path):
            name = str(dialogue.get("instruction_id", "")) + str(dialogue.get("vertical", "")) + path.stem
            judged = bool(re.search(r"uber|auto|hotel|hair|ride", name, re.IGNORECASE))
            agent = ""
            for turn in dialogue["utterances"]:
                if turn["speaker"].upper() == "USER":
                    yield Turn(dialogue["conversation_id"], agent, turn["text"], judged)
                agent = turn["text"]


def dstc10(root: Path) -> Iterator[Turn]:
    for path in sorted(root.glob("task*/data/*/logs.json")):
        for number, log in enumerate(loaded(path)):
            judged = bool(JUDGED_WORDS.search(" ".join(turn["text"] for turn in log)))
            for place, turn in enumerate(log):
                if turn["speaker"] == "U":
                    yield Turn(f"{path.parent.name}{number}", log[place - 1]["text"] if place else "", turn["text"], judged)


def ccpe(root: Path) -> Iterator[Turn]:
    for dialogue in loaded(root / "data.json"):
        agent = ""
        for turn in dialogue["utterances"]:
            if turn["speaker"] == "USER":
                yield Turn(dialogue["conversationId"], agent, turn["text"])
            agent = turn["text"]


def chitchat(root: Path) -> Iterator[Turn]:
    for name, dialogue in (loaded(root / "chitchat_dataset/dataset.json") or {}).items():
        agent = ""
        for block in dialogue["messages"]:
            said = [message["text"] for message in block]
            if said:
                yield Turn(name, agent, said[-1])
                agent = said[-1]


def self_dialogues(root: Path) -> Iterator[Turn]:
    blocked = set((root / "blocked_workers.txt").read_text().split()) if (root / "blocked_workers.txt").exists() else set()
    for path in sorted(root.glob("corpus/*/*.csv")):
        for row in table(path, ","):
            if row.get("WorkerId") in blocked:
                continue
            agent = ""
            for number in range(1, 40):
                words = row.get(f"Answer.sentence{number}") or ""
                if words:
                    yield Turn(row["AssignmentId"], agent, words)
                agent = words


def topical(root: Path) -> Iterator[Turn]:
    for path in sorted(root.glob("conversations/*.json")):
        for name, dialogue in (loaded(path) or {}).items():
            agent = ""
            for turn in dialogue["content"]:
                yield Turn(name, agent, turn["message"])
                agent = turn["message"]


def tatoeba(root: Path) -> Iterator[Turn]:
    for path in sorted(root.glob("data/tatoeba/v1/*.eng")):
        for line in path.read_text().splitlines():
            # Names of which it has thousands of sentences each.
            if not re.search(r"\b(Tom|Mary|Sami|Layla|Ziri|Yanni|Mennad|Dan|Linda|Esperanto|Boston|Algeria)\b", line):
                yield Turn(line, "", line)


def disfluent(root: Path) -> Iterator[Turn]:
    for name in ("train", "dev", "test"):
        for key, row in (loaded(root / f"{name}.json") or {}).items():
            yield Turn(key, "", row["original"] if zlib.crc32(key.encode()) % 2 else row["disfluent"])


def open_questions(root: Path) -> Iterator[Turn]:
    for path in sorted(root.glob("nq_open/NQ-open.*dev*.jsonl")) + sorted(root.glob("nq_open/NQ-open.train.jsonl")):
        for line in path.read_text().splitlines():
            words = json.loads(line)["question"]
            yield Turn(words, "", words)


def web_questions(root: Path) -> Iterator[Turn]:
    for path in sorted(root.glob("main/*.json")):
        for row in loaded(path):
            yield Turn(row["qText"], "", row["qText"])


def meetings(root: Path) -> Iterator[Turn]:
    for path in sorted(root.glob("data/ami-transcripts-speaker/*.txt")):
        said = [part for part in sentences(path.read_text()) if len(part.split()) > 2]
        for words in said:
            yield Turn(path.name.split(".")[0], "", words)


def spoken_gum(root: Path) -> Iterator[Turn]:
    """Only kinds whose texts are under CC BY: conversations (Santa Barbara), interviews, vlogs."""
    for path in sorted(root.glob("not-to-release/sources/GUM_*.conllu")):
        if not path.name.startswith(("GUM_conversation", "GUM_interview", "GUM_vlog")):
            continue
        text = path.read_text()
        for line in re.findall(r"^# text = (.*)$", text, re.MULTILINE):
            if line.rstrip("\"')")[-1:] in tuple(".?!") and len(line.split()) > 1:
                yield Turn(path.name, "", line, True)


def consultations(root: Path) -> Iterator[Turn]:
    for path in sorted(root.glob("transcripts/*_patient.TextGrid")):
        for words in re.findall(r'text = "(.+)"', path.read_text()):
            words = re.sub(r"<[^>]*>", " ", words).strip()
            if words and words[-1] in ".?!":
                yield Turn(path.stem, "", words, True)


CORPORA = {
    # The name under which a corpus counts: its repository, licence, reader, how many turns are taken at most, everyday talk?
    "sgd": ("google-research-datasets/dstc8-schema-guided-dialogue", "CC BY-SA 4.0", sgd, 30000, False),
    "banking77": ("PolyAI-LDN/task-specific-datasets", "CC BY 4.0", banking, 13000, False),
    "nlu++": ("PolyAI-LDN/task-specific-datasets", "CC BY 4.0", nlupp, 3000, False),
    "restaurants8k": ("PolyAI-LDN/task-specific-datasets", "CC BY 4.0", restaurants, 9000, False),
    "evi": ("PolyAI-LDN/evi-paper", "CC BY 4.0", evi, 4000, False),
    "clinc150": ("clinc/oos-eval", "CC BY 3.0", clinc, 15000, False),
    "multidogo": ("awslabs/multi-domain-goal-oriented-dialogues-dataset", "CDLA-Permissive 1.0", multidogo, 12000, False),
    "slurp": ("pswietojanski/slurp", "CC BY 4.0", slurp, 12000, False),
    "taskmaster": ("google-research-datasets/Taskmaster", "CC BY 4.0", taskmaster, 16000, False),
    "dstc10": ("alexa/alexa-with-dstc10-track2-dataset", "Apache 2.0", dstc10, 3000, False),
    "ccpe": ("google-research-datasets/ccpe", "CC BY 4.0", ccpe, 6000, True),
    "chitchat": ("BYU-PCCL/chitchat-dataset", "MIT", chitchat, 30000, True),
    "self-dialogues": ("jfainberg/self_dialogue_corpus", "BSD 3-Clause", self_dialogues, 28000, True),
    "topical-chat": ("alexa/Topical-Chat", "CDLA-Sharing 1.0", topical, 14000, True),
    "tatoeba": ("facebookresearch/LASER", "CC BY 2.0 FR", tatoeba, 32000, True),
    "disfl-qa": ("google-research-datasets/Disfl-QA", "CC BY 4.0", disfluent, 6000, True),
    "natural-questions": ("google-research-datasets/natural-questions", "CC BY-SA 3.0", open_questions, 6000, True),
    "web-questions": ("brmson/dataset-factoid-webquestions", "CC BY 4.0", web_questions, 3000, True),
    "ami": ("gcunhase/AMICorpusXML", "CC BY 4.0", meetings, 16000, True),
    "gum": ("UniversalDependencies/UD_English-GUM", "CC BY", spoken_gum, 4000, True),
    "primock57": ("babylonhealth/primock57", "CC BY 4.0", consultations, 3000, False),
}

NUMBERS = set("zero oh one two three four five six seven eight nine ten double".split())
HEARD_LICENCES = ("CC BY 4.0 (OpenSLR", "Apache", "MIT", "BSD", "CC0")
"""Licences of recordings whose transcripts are trained with. Excerpts of read books are left out: they are no whole turns."""


def heard(index: str) -> Iterator[tuple[str, str]]:
    """The split and the words of each recording in which a whole sentence is said."""
    for row in table(Path(index), "\t"):
        if row["transcript"]:
            usable = row["licence"].startswith(HEARD_LICENCES) and row["kind"] in ("question", "request", "conversation", "read")
            yield row["split"] if row["split"] == "judge" or usable else "", row["transcript"]


# What is written

SPELLED = "zero one two three four five six seven eight nine ten eleven twelve".split()
MINUTES = {"00": "", "15": " fifteen", "30": " thirty", "45": " forty five"}


def spoken_numbers(text: str) -> str:
    """Hours and small numbers as recognisers often write them."""
    text = re.sub(r"\b(0?[1-9]|1[0-2]):(00|15|30|45)\b", lambda m: SPELLED[int(m[1])] + MINUTES[m[2]], text)
    return re.sub(r"(?<![\d:.,$#/-])\b([1-9]|1[0-2])(?![:/$-]|[.,]\d)(?=$|\W)", lambda m: SPELLED[int(m[1])], text)


def sentences(text: str) -> list[str]:
    return [part for part in re.split(r"(?<=[.?!])\s+", text.strip()) if part]


def part_of(turn: Turn, everyday: bool) -> str:
    if turn.judged:
        return "judged"
    tenth = zlib.crc32(turn.dialogue.encode()) % 10
    if tenth == 0 and everyday:
        return "judged"
    return "tuned" if tenth == 1 else ""


def main() -> None:
    random.seed(1)
    repositories, out = Path(sys.argv[1]), Path(sys.argv[2])
    spoken = list(heard(sys.argv[3])) if len(sys.argv) > 3 else []
    # "Okay" and "thank you" are everybody's.
    never = {" ".join(tokens) for split, words in spoken if split == "judge" and len(tokens := ending_tokens(words)) > 2}
    collected: dict[tuple[str, str], list[tuple[str, str]]] = defaultdict(list)
    seen: Counter[tuple[str, str]] = Counter()
    agents: list[str] = []
    for source, (repository, _, read, _, everyday) in CORPORA.items():
        root = repositories / repository.split("/")[1]
        for turn in read(root) if root.exists() else []:
            agent, words = " ".join(turn.agent.split())[-400:], " ".join(turn.words.split())
            parts = sentences(words)
            # Of several sentences the speaker may have said the last alone.
            if len(parts) > 1 and (random.random() < 0.5 or len(words.split()) > 40):
                words = parts[-1]
            if random.random() < 0.5:
                words = spoken_numbers(words)
            tokens = ending_tokens(words)
            said = " ".join(tokens)
            key = (source, said) if len(tokens) < 4 else ("", said)
            if (not tokens or len(tokens) > 40 or "http" in words or said in never
                    or seen[key] >= (OFTEN if len(tokens) < 4 else 1)):
                continue
            if not turn.judged and not everyday and JUDGED_WORDS.search(words):
                continue
            if not everyday and agent and len(agents) < 20000:
                agents.append(agent)
            seen[key] += 1
            collected[part_of(turn, everyday), source].append((agent, words))
    taken = set()
    for split, words in spoken:
        said = " ".join(ending_tokens(words))
        if split == "tune" and not set(said.split()) <= NUMBERS and said not in never and said not in taken:
            taken.add(said)
            collected["", "heard"].append(("", words.lower()))
    turns_said = whole_turns(said for _, said in seen.elements())
    for part in ("", "tuned", "judged"):
        (out / part).mkdir(parents=True, exist_ok=True)
        with open(out / part / "WHOLE.tsv", "w") as whole, open(out / part / "PAUSED.tsv", "w") as paused:
            for (own, source), turns in collected.items():
                if own != part:
                    continue
                most = CORPORA[source][3] if source in CORPORA else len(turns)
                chosen = random.sample(turns, min(len(turns), most if not part else most // 8))
                beginnings = 0
                for agent, words in chosen:
                    # What has no dialogue is said after any words of an agent, or unasked.
                    if not agent and random.random() < 0.5:
                        agent = random.choice(agents)
                    whole.write(f"{source}\t{agent}\t{words}\n")
                    if found := pause(words, turns_said):
                        beginnings += 1
                        paused.write(f"{source}\t{agent}\t{found[0]}\t{'missing' if found[1] else 'could be all'}\n")
                print(f"{part or 'trained'}\t{source}\t{len(chosen)} turns\t{beginnings} beginnings")


if __name__ == "__main__":
    main()
