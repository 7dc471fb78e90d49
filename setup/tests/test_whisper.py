"""Converts a tiny Whisper, and reads the models that come out as protobuf."""

import json
import math
import struct
import sys
import tempfile
import unittest
from pathlib import Path

SETUP = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(SETUP))

import whisper  # noqa: E402
from console import SetupError  # noqa: E402

STATE = 64
SPECIAL = "endoftext startoftranscript en de translate transcribe nospeech notimestamps".split()
VOCABULARY = ["a", "Ġ", "Ġé", "æľ", *(f"<|{name}|>" for name in SPECIAL)]


def half(count):
    """Numbers of 16 bits between -1 and 1."""
    return struct.pack(f"<{count}e", *((index * 37 % 129 - 64) / 64 for index in range(count)))


def tensors():
    """Names and shapes of a Whisper of one layer each."""
    shapes = {
        "encoder/conv1/weight": [STATE, 80, 3],
        "encoder/conv1/bias": [STATE],
        "encoder/conv2/weight": [STATE, STATE, 3],
        "encoder/conv2/bias": [STATE],
        "encoder/position_encodings/encodings": [1500, STATE],
        "decoder/embeddings/weight": [len(VOCABULARY), STATE],
        "decoder/position_encodings/encodings": [448, STATE],
    }
    # Outputs and inputs of each matrix, in multiples of the state.
    blocks = {
        "self_attention": [(3, 1), (1, 1)],
        "attention": [(1, 1), (2, 1), (1, 1)],
        "ffn": [(4, 1), (1, 4)],
    }
    for part in ("encoder", "decoder"):
        norms = [part]
        for block, matrices in blocks.items():
            if (part, block) == ("encoder", "attention"):
                continue
            norms.append(f"{part}/layer_0/{block}")
            for index, (out, into) in enumerate(matrices):
                shapes[f"{norms[-1]}/linear_{index}/weight"] = [out * STATE, into * STATE]
                shapes[f"{norms[-1]}/linear_{index}/bias"] = [out * STATE]
        for norm in norms:
            for name in ("gamma", "beta"):
                shapes[f"{norm}/layer_norm/{name}"] = [STATE]
    return shapes


def ctranslate2(shapes, name="WhisperSpec", data=None):
    """A model with these tensors, all of `data` if it is given."""

    def text(name):
        return struct.pack("<H", len(name) + 1) + name.encode() + b"\0"

    parts = [struct.pack("<I", 6) + text(name) + struct.pack("<II", 3, len(shapes) + 1)]
    parts.append(text("decoder/alibi") + struct.pack("<BBIb", 0, 1, 1, 0))
    for name, shape in shapes.items():
        numbers = data or half(math.prod(shape))
        parts.append(text(name) + struct.pack(f"<B{len(shape)}I", len(shape), *shape))
        parts.append(struct.pack("<BI", 4, len(numbers)) + numbers)
    return b"".join(parts)


def fields(message):
    """The fields of a protobuf message: pairs of a number and a value."""
    at = 0

    def varint():
        nonlocal at
        value = shift = 0
        while True:
            byte = message[at]
            at += 1
            value |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return value

    found = []
    while at < len(message):
        key = varint()
        if key & 7 == 0:
            found.append((key >> 3, varint()))
            continue
        length = 4 if key & 7 == 5 else varint()
        found.append((key >> 3, message[at : at + length]))
        at += length
    return found


def all_of(message, number):
    return [value for key, value in fields(message) if key == number]


class Model:
    """What the tests read of an ONNX model."""

    def __init__(self, data):
        self.version, self.graph = all_of(data, 1)[0], all_of(data, 7)[0]
        self.opset = all_of(all_of(data, 8)[0], 2)[0]
        entries = [fields(entry) for entry in all_of(data, 14)]
        self.metadata = {key.decode(): value.decode() for (_, key), (_, value) in entries}
        self.nodes = [
            (all_of(node, 4)[0].decode(), self._texts(node, 1), self._texts(node, 2))
            for node in all_of(self.graph, 1)
        ]
        self.constants = {
            all_of(tensor, 8)[0].decode(): (
                all_of(tensor, 1),
                all_of(tensor, 2)[0],
                all_of(tensor, 9)[0],
            )
            for tensor in all_of(self.graph, 5)
        }
        self.inputs = [all_of(value, 1)[0].decode() for value in all_of(self.graph, 11)]
        self.outputs = [all_of(value, 1)[0].decode() for value in all_of(self.graph, 12)]

    @staticmethod
    def _texts(message, number):
        return [text.decode() for text in all_of(message, number)]


class WhisperTests(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.source = self.folder / "model.bin"
        self.source.write_bytes(ctranslate2(tensors()))
        languages = [VOCABULARY.index(f"<|{code}|>") for code in ("en", "de")]
        (self.folder / "config.json").write_text(json.dumps({"lang_ids": languages}))
        (self.folder / "vocabulary.json").write_text(json.dumps(VOCABULARY))

    def convert(self, part):
        target = self.folder / part
        whisper.convert(None, self.source, target, {"part": part})
        return target.read_bytes()

    def test_every_value_is_made_before_it_is_used(self):
        for part in ("encoder", "decoder"):
            model = Model(self.convert(part))
            self.assertEqual((model.version, model.opset), (9, 20))
            known = {*model.inputs, *model.constants}
            for kind, inputs, outputs in model.nodes:
                self.assertLessEqual(set(inputs), known, kind)
                self.assertFalse(known.intersection(outputs), kind)
                known.update(outputs)
            self.assertLessEqual(set(model.outputs), known)
            for dims, kind, data in model.constants.values():
                self.assertEqual(len(data), math.prod(dims) * {1: 4, 3: 1, 7: 8}[kind])

    def test_inputs_and_outputs_are_in_the_order_of_sherpa_onnx(self):
        encoder, decoder = Model(self.convert("encoder")), Model(self.convert("decoder"))
        heard = ["n_layer_cross_k", "n_layer_cross_v"]
        self.assertEqual((encoder.inputs, encoder.outputs), (["mel"], heard))
        caches = ["n_layer_self_k_cache", "n_layer_self_v_cache"]
        said = [f"in_{cache}" for cache in caches]
        self.assertEqual(decoder.inputs, ["tokens", *said, *heard, "offset"])
        self.assertEqual(decoder.outputs, ["logits", *(f"out_{cache}" for cache in caches)])

    def test_the_encoder_says_what_the_model_is(self):
        found = Model(self.convert("encoder")).metadata
        expected = {
            "n_text_layer": "1",
            "n_text_ctx": "448",
            "n_text_state": "64",
            "n_vocab": "12",
            "sot_sequence": "5,6,9",
            "eot": "4",
            "no_timestamps": "11",
            "all_language_codes": "en,de",
            "all_language_tokens": "6,7",
        }
        self.assertEqual(found | expected, found)

    def test_the_same_bytes_come_out_each_time(self):
        for part in ("encoder", "decoder"):
            self.assertEqual(self.convert(part), self.convert(part))

    def test_matrices_are_turned_and_in_eight_bits(self):
        numbers = [1, -0.5, 0.25, 0, 0, 0, 3, 2, -1.5]
        self.source.write_bytes(ctranslate2({"m": [3, 3]}, data=struct.pack("<9e", *numbers)))
        quantized, scales = whisper.Weights(self.source).quantized("m")
        # 127 × 2/3 is 84.67, 127 / 4 is 31.75, and halves go to the even number: -63.5 to -64.
        self.assertEqual(struct.unpack("<9b", quantized), (127, 0, 127, -64, 0, 85, 32, 0, -64))
        self.assertEqual([round(scale * 127, 9) for scale in scales], [1, 1, 3])

    def test_tokens_are_bytes_and_end_where_text_ends(self):
        target = self.folder / "tokens.txt"
        whisper.tokens(None, self.folder / "vocabulary.json", target, {})
        self.assertEqual(target.read_text(), "YQ== 0\nIA== 1\nIOk= 2\n5pw= 3\n")

    def test_what_cannot_be_converted_is_named(self):
        whole = self.source.read_bytes()
        shapes = tensors()
        del shapes["encoder/conv2/bias"]
        for data, part, expected in (
            (whole, "both", "`part` is encoder or decoder"),
            (whole[:-1], "encoder", "model.bin ends inside a tensor"),
            (whole[:20], "encoder", "model.bin ends inside a tensor"),
            (ctranslate2({}, "BertSpec"), "encoder", "no Whisper"),
            (ctranslate2(shapes), "encoder", "no encoder/conv2/bias"),
        ):
            self.source.write_bytes(data)
            with self.assertRaises(SetupError) as caught:
                self.convert(part)
            self.assertIn(expected, caught.exception.cause)

    def test_the_encoder_needs_the_files_beside_it(self):
        vocabulary = self.folder / "vocabulary.json"
        vocabulary.write_text(json.dumps(VOCABULARY[:-1]))
        for missing in ("'<|notimestamps|>'", "vocabulary.json'"):
            with self.assertRaises(SetupError) as caught:
                self.convert("encoder")
            self.assertIn(missing, caught.exception.cause)
            self.assertIn("`with`", caught.exception.remedy)
            vocabulary.unlink(missing_ok=True)


if __name__ == "__main__":
    unittest.main()
