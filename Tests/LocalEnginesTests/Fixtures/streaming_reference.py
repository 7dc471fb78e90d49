#!/usr/bin/env python3
"""Makes `streaming/`: a transducer of three small ONNX files that sherpa-onnx streams like a real one.

It says a word each time the sound grows loud: YES, or NO when that is among the keywords. Needs the package `onnx`.
"""

from pathlib import Path

import numpy as np
from onnx import TensorProto, helper, numpy_helper, save

FOLDER = Path(__file__).parent / "streaming"
TOKENS = ["<blk>", "<unk>", "▁YES", "▁NO"]
# Between the mean log energies of digital silence and of a quiet voice.
LOUD = -11.0


def constant(name, value, kind=np.float32):
    return numpy_helper.from_array(np.array(value, dtype=kind), name)


def tensor(name, shape, kind=TensorProto.FLOAT):
    return helper.make_tensor_value_info(name, kind, shape)


def write(name, nodes, inputs, outputs, constants, metadata):
    graph = helper.make_graph(nodes, name, inputs, outputs, constants)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
    helper.set_model_props(model, {key: str(value) for key, value in metadata.items()})
    save(model, FOLDER / f"{name}.onnx")


FOLDER.mkdir(exist_ok=True)
(FOLDER / "tokens.txt").write_text("".join(f"{token} {id}\n" for id, token in enumerate(TOKENS)))
(FOLDER / "bpe.vocab").write_text("".join(f"{token}\t-{id}\n" for id, token in enumerate(TOKENS)))

# The state `h` remembers whether it was loud already.
write(
    "encoder",
    [
        helper.make_node("ReduceMean", ["x"], ["energy"], axes=[1, 2], keepdims=1),
        helper.make_node("Greater", ["energy", "limit"], ["is_loud"]),
        helper.make_node("Cast", ["is_loud"], ["loud"], to=TensorProto.FLOAT),
        helper.make_node("Sub", ["loud", "h"], ["change"]),
        helper.make_node("Relu", ["change"], ["encoder_out"]),
        helper.make_node("Identity", ["loud"], ["next_h"]),
        helper.make_node("Identity", ["c"], ["next_c"]),
    ],
    [tensor("x", [1, 9, 80]), tensor("h", [1, 1, 1]), tensor("c", [1, 1, 1])],
    [tensor("encoder_out", [1, 1, 1]), tensor("next_h", [1, 1, 1]), tensor("next_c", [1, 1, 1])],
    [constant("limit", LOUD)],
    {
        "model_type": "lstm",
        "num_encoder_layers": 1,
        "T": 9,
        "decode_chunk_len": 4,
        "rnn_hidden_size": 1,
        "d_model": 1,
    },
)
write(
    "decoder",
    [
        helper.make_node("Cast", ["y"], ["words"], to=TensorProto.FLOAT),
        helper.make_node("ReduceMean", ["words"], ["mean"], axes=[1], keepdims=1),
        helper.make_node("Mul", ["mean", "nothing"], ["decoder_out"]),
    ],
    [tensor("y", ["N", 2], TensorProto.INT64)],
    [tensor("decoder_out", ["N", 1])],
    [constant("nothing", 0)],
    {"vocab_size": len(TOKENS), "context_size": 2},
)
write(
    "joiner",
    [
        helper.make_node("Add", ["encoder_out", "decoder_out"], ["sum"]),
        helper.make_node("Mul", ["sum", "weights"], ["scaled"]),
        helper.make_node("Add", ["scaled", "bias"], ["logit"]),
    ],
    [tensor("encoder_out", ["N", 1]), tensor("decoder_out", ["N", 1])],
    [tensor("logit", ["N", len(TOKENS)])],
    [constant("weights", [[0, 0, 25, 24.5]]), constant("bias", [[0, -20, -20, -20]])],
    {"joiner_dim": 1},
)
