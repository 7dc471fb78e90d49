"""Files that engines want in another form than they are published in."""

import ast
import base64
import json
import os
import shutil
import struct
import subprocess
import zipfile

import onnx_graph
import whisper
from console import SetupError


def moonshine_tokens(home, source, target, _):
    """`base64(token) id` a line, from Moonshine's list of length-prefixed byte strings.

    A length below 128 is one byte; a longer one is two, the low seven bits first.
    """
    data, at, lines = source.read_bytes(), 0, []
    while at < len(data):
        length = data[at]
        at += 1
        if length >= 128:
            length += data[at] * 128 - 128
            at += 1
        token = data[at : at + length]
        if len(token) < length:
            raise SetupError(f"{source.name} ends inside a token", "fetch the model anew")
        lines.append(f"{base64.b64encode(token).decode()} {len(lines)}\n")
        at += length
    target.write_text("".join(lines))


def piper_tokens(home, source, target, _):
    """`phoneme id` a line, from the `phoneme_id_map` of a Piper voice's configuration."""
    phonemes = json.loads(source.read_text())["phoneme_id_map"]
    target.write_text("".join(f"{phoneme} {ids[0]}\n" for phoneme, ids in phonemes.items()))


def kokoro_tokens(home, source, target, _):
    """`phoneme id` a line, from the `vocab` of Kokoro's configuration."""
    phonemes = json.loads(source.read_text(encoding="utf-8"))["vocab"]
    target.write_text("".join(f"{phoneme} {id}\n" for phoneme, id in phonemes.items()))


def kokoro_voices(home, source, target, options):
    """The style vectors of the `speakers`, one after the other, from NumPy's archive of them."""
    with zipfile.ZipFile(source) as archive, open(target, "wb") as file:
        for speaker in options["speakers"]:
            try:
                data = archive.read(f"{speaker}.npy")
            except KeyError as error:
                raise SetupError(
                    f"{source.name} has no speaker {speaker}", "correct the entry in models.yaml"
                ) from error
            length = struct.unpack_from("<H", data, 8)[0]
            header = ast.literal_eval(data[10 : 10 + length].decode())
            if header["descr"] != "<f4" or header["fortran_order"]:
                raise SetupError(f"{speaker} of {source.name} is not float32", "fetch it anew")
            file.write(data[10 + length :])


def onnx_metadata(home, source, target, metadata):
    """Appends `metadata_props` to an ONNX model: protobuf allows fields to be appended."""
    shutil.copyfile(source, target)
    with open(target, "ab") as file:
        for key, value in metadata.items():
            file.write(onnx_graph.metadata(key, value))


def onnx_outputs(home, source, target, outputs):
    """Makes inner values of an ONNX model, of the types that the options give, outputs of it.

    Appended fields with messages are merged with those that are there: here field 7 of ModelProto,
    a GraphProto with no more than outputs, each field 12.
    """
    shutil.copyfile(source, target)
    graph = b""
    for name, kind in outputs.items():
        if kind not in onnx_graph.TYPES:
            raise SetupError(
                f"{kind} is none of {', '.join(onnx_graph.TYPES)}",
                "correct the entry in models.yaml",
            )
        graph += onnx_graph.field(12, onnx_graph.value(name, kind))
    with open(target, "ab") as file:
        file.write(onnx_graph.field(7, graph))


def quantize(home, source, target, options):
    """A GGUF model in other types of tensors, by llama.cpp's `llama-quantize`.

    `tensors` maps patterns of names to types, the first that matches counts; the others get `type`.
    A tensor that has its type already is copied. llama.cpp quantizes in plain C for the least of
    x86-64, so every machine gets the same bytes.
    """
    program = home.bin / "llama-quantize"
    if not program.exists():
        raise SetupError(f"{program} is missing", "run `make setup`, which builds it")
    command = [program, "--allow-requantize"]
    for pattern, kind in (options.get("tensors") or {}).items():
        command += ["--tensor-type", f"{pattern}={kind}"]
    command += [source, target, options["type"], str(len(os.sched_getaffinity(0)))]
    log = home.logs / "llama-quantize.log"
    with open(log, "w") as output:
        run = subprocess.run(
            command, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT
        )
    if run.returncode != 0:
        target.unlink(missing_ok=True)
        raise SetupError(
            f"llama-quantize failed with status {run.returncode} (log: {log})",
            "see the log; a full disk is the usual cause",
        )


def c_library(home, source, target, _):
    """A shared library of a C file, for any processor with AVX2, whatever machine `home` moves to."""
    command = ["cc", "-O3", "-march=x86-64-v3", "-shared", "-fPIC", "-o", target, source, "-lm"]
    log = home.logs / f"{source.stem}.log"
    with open(log, "w") as output:
        run = subprocess.run(
            command, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT
        )
    if run.returncode != 0:
        target.unlink(missing_ok=True)
        raise SetupError(f"{source.name} was not compiled (log: {log})", "see the log")


STEPS = {
    "moonshine-tokens": moonshine_tokens,
    "piper-tokens": piper_tokens,
    "kokoro-tokens": kokoro_tokens,
    "kokoro-voices": kokoro_voices,
    "onnx-metadata": onnx_metadata,
    "onnx-outputs": onnx_outputs,
    "ctranslate2-whisper": whisper.convert,
    "whisper-tokens": whisper.tokens,
    "quantize": quantize,
    "c-library": c_library,
}
