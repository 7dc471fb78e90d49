"""How well a server's voices are understood: they say the lines of voice-check.txt, and its recognisers hear them.

    python voice_check.py piper-en_US-joe-medium hibari-heart
    python voice_check.py --recogniser whisper-base --recogniser moonshine-tiny-en hibari-heart

It prints the wrong words of each voice by kind of text, how long it works for a second of speech, how loud it is, the
silence at both ends and how fast it speaks. What a recogniser makes of a voice is no judgement of how it sounds: listen to
the files of --save for that. English only, and only the standard library.
"""

import argparse
import array
import io
import json
import math
import pathlib
import re
import statistics
import time
import urllib.request
import wave

ONES = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen "
    "nineteen"
).split()
TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
ORDINALS = "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth".split()
NUMBERS = (
    {word: value for value, word in enumerate(ONES)}
    | {word: 10 * value for value, word in enumerate(TENS, 2)}
    | {word: value for value, word in enumerate(ORDINALS, 1)}
    | {"oh": 0, "twentieth": 20, "thirtieth": 30}
)
SAME = {
    "mr": "mister", "dr": "doctor", "st": "street", "ok": "okay", "dollar": "dollars", "canceled": "cancelled",
    "neighbour": "neighbor",
}
SILENCE = 0.02
"""The level of what is heard, relative to the loudest sample."""


def words(text):
    """The words of a text, the same however its numbers are written: those that follow each other are one word of digits."""
    text = text.lower().replace("’", "'").replace("'", "").replace("p.m.", "pm").replace("a.m.", "am")
    text = re.sub(r"\$ ?([\d,]+)\.(\d\d)\b", r" \1 dollars \2 cents ", text)
    text = re.sub(r"\$ ?([\d,]+)", r" \1 dollars ", text).replace("%", " percent ")
    text = re.sub(r"(\d),(?=\d{3})", r"\1", text)
    text = re.sub(r"(\d)(st|nd|rd|th)\b", r"\1", text)
    text = re.sub(r"(\d)(am|pm)\b", r"\1 \2", text)
    found = [SAME.get(word, word) for word in re.sub(r"[^a-z0-9]+", " ", text).split() if word != "and"]
    result, index, was_number = [], 0, False
    while index < len(found):
        word = found[index]
        if word in NUMBERS:
            value, index = number(found, index)
            word = str(value)
        else:
            index += 1
        if word.isdigit() and was_number:
            result[-1] += word
        else:
            result.append(word)
        was_number = word.isdigit()
    return result


def number(found, index):
    """The number whose words begin at `index`, and where they end."""

    def hundreds(index):
        value, index = below_hundred(index)
        if index < len(found) and found[index] == "hundred":
            value, index = value * 100, index + 1
            if index < len(found) and NUMBERS.get(found[index], 0) > 0:
                rest, index = below_hundred(index)
                value += rest
        return value, index

    def below_hundred(index):
        value = NUMBERS[found[index]]
        index += 1
        if value >= 20 and value % 10 == 0 and index < len(found) and 0 < NUMBERS.get(found[index], 0) < 10:
            return value + NUMBERS[found[index]], index + 1
        return value, index

    value, index = hundreds(index)
    if index < len(found) and found[index] == "thousand":
        value, index = value * 1000, index + 1
        if index < len(found) and NUMBERS.get(found[index], 0) > 0:
            rest, index = hundreds(index)
            value += rest
    return value, index


def wrong(said, heard):
    """The number of words that were added, left out or replaced, and the number of words that were said."""
    said, heard = words(said), words(heard)
    if "".join(said) == "".join(heard):
        return 0, len(said)
    row = list(range(len(heard) + 1))
    for index, word in enumerate(said, 1):
        above, row = row, [index]
        for column, other in enumerate(heard, 1):
            row.append(min(above[column - 1] + (word != other), above[column] + 1, row[-1] + 1))
    return row[-1], len(said)


def post(url, body, kind):
    request = urllib.request.Request(url, data=body, headers={"Content-Type": kind})
    with urllib.request.urlopen(request, timeout=120) as answer:
        return answer.read()


def speak(server, voice, text):
    path = f"{server}/v1/text-to-speech/{voice}?output_format=wav_24000"
    return post(path, json.dumps({"text": text}).encode(), "application/json")


def transcript(server, recogniser, audio):
    edge = b"--voice-check"
    fields = {b'name="model_id"': recogniser.encode(), b'name="language_code"': b"en", b'name="file"; filename="a.wav"': audio}
    body = b"".join(
        edge + b"\r\nContent-Disposition: form-data; " + name + b"\r\n\r\n" + value + b"\r\n" for name, value in fields.items()
    )
    answer = post(f"{server}/v1/speech-to-text", body + edge + b"--\r\n", "multipart/form-data; boundary=voice-check")
    return json.loads(answer)["text"]


def measured(audio):
    """Of a WAV file: its length and that of what is audible, in seconds, the level and the peak of that, and the silences."""
    with wave.open(io.BytesIO(audio)) as file:
        rate, samples = file.getframerate(), array.array("h", file.readframes(file.getnframes()))
    peak = max(max(samples), -min(samples))
    audible = [index for index, sample in enumerate(samples) if abs(sample) > SILENCE * peak]
    spoken = samples[audible[0] : audible[-1] + 1]
    return {
        "length": len(samples) / rate,
        "spoken": len(spoken) / rate,
        "level": 10 * math.log10(sum(sample * sample for sample in spoken) / len(spoken) / 32768**2),
        "peak": 20 * math.log10(peak / 32768),
        "head": 1000 * audible[0] / rate,
        "tail": 1000 * (len(samples) - 1 - audible[-1]) / rate,
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("voices", nargs="+", metavar="VOICE", help="ids of voices")
    parser.add_argument("--url", default="http://127.0.0.1:8000", help="the server (default: %(default)s)")
    parser.add_argument("--recogniser", action="append", help="a recogniser's id (default: moonshine-tiny-en)")
    parser.add_argument("--lines", type=int, default=1000, help="as many lines of each kind at most")
    parser.add_argument("--save", type=pathlib.Path, help="a folder for the audio")
    parser.add_argument("--wrong", action="store_true", help="print the lines with wrong words")
    options = parser.parse_args()
    lines, kind = [], ""
    for line in pathlib.Path(__file__).with_name("voice-check.txt").read_text().splitlines()[1:]:
        if line.startswith("#"):
            kind = line[2:]
        elif sum(other == kind for other, _ in lines) < options.lines:
            lines.append((kind, line))
    for voice in options.voices:
        speak(options.url, voice, "Hello.")
    rows = {voice: [] for voice in options.voices}
    counts = {}
    for index, (kind, line) in enumerate(lines):
        # The voices take turns, so that what else the machine does slows all of them.
        for voice in options.voices:
            start = time.perf_counter()
            audio = speak(options.url, voice, line)
            rows[voice].append(measured(audio) | {"work": time.perf_counter() - start, "words": len(line.split())})
            if options.save:
                options.save.mkdir(parents=True, exist_ok=True)
                (options.save / f"{index:03d}-{voice}.wav").write_bytes(audio)
            for recogniser in options.recogniser or ["moonshine-tiny-en"]:
                heard = transcript(options.url, recogniser, audio)
                errors, count = wrong(line, heard)
                for key in (kind, "all"):
                    sum_ = counts.setdefault((voice, recogniser, key), [0, 0])
                    sum_[0] += errors
                    sum_[1] += count
                if errors and options.wrong:
                    print(f"{voice}, {recogniser}: {line}\n    {heard}")
    for voice, recogniser, kind in sorted(counts):
        errors, count = counts[voice, recogniser, kind]
        print(f"{voice:24} {recogniser:18} {kind:10} {errors:4} of {count:4} words wrong, {100 * errors / count:.1f} %")
    for voice, measures in rows.items():
        of = {name: [measure[name] for measure in measures] for name in measures[0]}
        middle = {name: statistics.median(values) for name, values in of.items()}
        print(
            f"{voice}: {sum(of['work']) / sum(of['length']):.3f} s of work for a second, {middle['level']:.1f} dBFS "
            f"({min(of['level']):.1f} to {max(of['level']):.1f}), peak {max(of['peak']):.1f}, silence {middle['head']:.0f} and "
            f"{middle['tail']:.0f} ms, {60 * sum(of['words']) / sum(of['spoken']):.0f} words a minute"
        )


if __name__ == "__main__":
    main()
