"""Whisper, from CTranslate2's form into the two ONNX models that sherpa-onnx runs.

The numbers of matrices become whole ones of 8 bits, with a scale for each output. In plain Python
that takes some seconds, and the same bytes come out everywhere: IEEE 754 defines each operation.
"""

import array
import base64
import json
import math
import struct

from console import SetupError
from onnx_graph import Graph, value

HEAD = 64  # numbers in a head of attention, in Whisper of every size
# Added to a double, it leaves the nearest whole number, modulo 256, in the lowest byte.
ROUNDING = 1.5 * 2**52
FORMATS = {0: "f", 4: "e"}  # of CTranslate2's types those of weights: 32 and 16 bits
NEVER = -1e9  # before a softmax


def convert(home, source, target, options):
    """One of the two models of Whisper, `part`: `encoder` or `decoder`."""
    parts = {"encoder": _encoder, "decoder": _decoder}
    if options.get("part") not in parts:
        raise SetupError("`part` is encoder or decoder", "correct the entry in models.yaml")
    weights = Weights(source)
    try:
        with open(target, "wb") as file:
            parts[options["part"]](weights, source.parent, file)
    except (FileNotFoundError, KeyError, IndexError) as error:
        raise SetupError(
            f"the encoder needs config.json and vocabulary.json of the same Whisper ({error})",
            "name both in `with` of its entry in models.yaml",
        ) from error


def tokens(home, source, target, _):
    """`base64(token) id` a line, from CTranslate2's vocabulary: the tokens that are text."""
    vocabulary = json.loads(source.read_text(encoding="utf-8"))
    characters = _characters()
    text = vocabulary[: vocabulary.index("<|endoftext|>")]
    lines = (bytes(characters[character] for character in token) for token in text)
    target.write_text(
        "".join(f"{base64.b64encode(line).decode()} {id}\n" for id, line in enumerate(lines))
    )


def _characters():
    """The bytes that the vocabulary's characters stand for.

    Each is the character of its number, but those that cannot be seen are those from 256 on.
    """
    seen = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    unseen = [byte for byte in range(256) if byte not in seen]
    return {chr(byte): byte for byte in seen} | {
        chr(256 + index): byte for index, byte in enumerate(unseen)
    }


class Weights:
    """A model of CTranslate2: named tensors, one after the other."""

    def __init__(self, path):
        self._data = path.read_bytes()
        self._at = 0
        self._tensors = {}  # name -> (shape, format, place)
        try:
            self._read()
        except (struct.error, UnicodeDecodeError) as error:
            raise SetupError(f"{path.name} ends inside a tensor", "fetch the model anew") from error

    def _read(self):
        self._number("I")  # the version of the form
        if self._text() != "WhisperSpec":
            raise SetupError(
                "this is no Whisper in CTranslate2's form", "correct the entry in models.yaml"
            )
        self._number("I")  # the version of the model
        for _ in range(self._number("I")):
            name = self._text()
            shape = [self._number("I") for _ in range(self._number("B"))]
            kind, size = self._number("B"), self._number("I")
            self._tensors[name] = shape, FORMATS.get(kind), self._at
            self._at += size
            if self._at > len(self._data):
                raise struct.error

    def _number(self, form):
        (found,) = struct.unpack_from("<" + form, self._data, self._at)
        self._at += struct.calcsize("<" + form)
        return found

    def _text(self):
        length = self._number("H")  # with the zero at its end
        self._at += length
        return self._data[self._at - length : self._at - 1].decode()

    def shape(self, name):
        return self._tensor(name)[0]

    def layers(self, part):
        """How many layers the encoder or the decoder has."""
        names = (f"{part}/layer_{layer}/ffn/linear_0/weight" for layer in range(len(self._tensors)))
        return sum(name in self._tensors for name in names)

    def values(self, name):
        """All numbers of a tensor."""
        shape, form, at = self._tensor(name)
        return struct.unpack_from(f"<{math.prod(shape)}{form}", self._data, at)

    def quantized(self, name):
        """A matrix as bytes, a column for each of its rows, and the columns' scales."""
        (rows, columns), form, at = self._tensor(name)
        row = struct.Struct(f"<{columns}{form}")
        quantized, scales = bytearray(rows * columns), []
        for index in range(rows):
            values = row.unpack_from(self._data, at + index * row.size)
            largest = max(max(values), -min(values)) or 1.0
            factor = 127 / largest
            rounded = array.array("d", [number * factor + ROUNDING for number in values])
            quantized[index::rows] = rounded.tobytes()[:: rounded.itemsize]
            scales.append(largest / 127)
        return bytes(quantized), scales

    def _tensor(self, name):
        if name not in self._tensors or self._tensors[name][1] is None:
            raise SetupError(
                f"the model of CTranslate2 has no {name} in floating point",
                "use Whisper with weights of 16 or 32 bits",
            )
        return self._tensors[name]


class Network(Graph):
    """The layers that Whisper's encoder and decoder have in common."""

    def __init__(self, weights):
        super().__init__()
        self.weights = weights
        self._coarse = {}  # inputs of matrices as whole numbers, by name

    def tensor(self, name):
        return self.floats(*self.weights.values(name), shape=self.weights.shape(name))

    def matrix(self, name):
        """The names of a matrix in 8 bits and of its scales."""
        (rows, columns), (data, scales) = self.weights.shape(name), self.weights.quantized(name)
        return self.constant("int8", [columns, rows], data), self.floats(*scales, shape=[rows])

    def product(self, x, matrix, scales, name=None):
        if x not in self._coarse:
            self._coarse[x] = self.node("DynamicQuantizeLinear", x, outputs=3)
        coarse, scale, zero = self._coarse[x]
        sums = self.node("MatMulInteger", coarse, matrix, zero)
        sums = self.node("Cast", sums, to=1)
        return self.node("Mul", sums, self.node("Mul", scales, scale), name=name)

    def linear(self, x, name):
        product = self.product(x, *self.matrix(name + "/weight"))
        return self.node("Add", product, self.tensor(name + "/bias"))

    def normal(self, x, name):
        gamma, beta = self.tensor(name + "/gamma"), self.tensor(name + "/beta")
        return self.node("LayerNormalization", x, gamma, beta, axis=-1, epsilon=1e-5)

    def convolution(self, x, name, stride):
        weight, bias = self.tensor(name + "/weight"), self.tensor(name + "/bias")
        x = self.node("Conv", x, weight, bias, kernel_shape=[3], pads=[1, 1], strides=[stride])
        return self.node("Gelu", x)

    def positions(self, x, name, start, end):
        table = self.tensor(name + "/position_encodings/encodings")
        return self.node("Add", x, self.node("Slice", table, start, end, self.ints(0)))

    def heads(self, x, order=(0, 2, 1, 3)):
        x = self.node("Reshape", x, self.ints(0, 0, -1, HEAD))
        return self.node("Transpose", x, perm=order)

    def keys_and_values(self, keys, values):
        """As `attention` takes them: a matrix for each head, that of the keys turned."""
        return self.heads(keys, (0, 2, 3, 1)), self.heads(values)

    def attention(self, query, keys, values, mask=None):
        """The values, weighted by how well their keys fit the query."""
        query = self.node("Mul", query, self.floats(HEAD**-0.5))
        fit = self.node("MatMul", self.heads(query), keys)
        if mask:
            fit = self.node("Add", fit, mask)
        fit = self.node("Softmax", fit, axis=-1)
        found = self.node("MatMul", fit, values)
        found = self.node("Transpose", found, perm=[0, 2, 1, 3])
        return self.node("Reshape", found, self.ints(0, 0, -1))

    def feed_forward(self, x, name):
        y = self.linear(self.normal(x, name + "/layer_norm"), name + "/linear_0")
        return self.node("Add", x, self.linear(self.node("Gelu", y), name + "/linear_1"))

    def stacked(self, layers, name):
        """One tensor of all layers' tensors."""
        layers = [self.node("Unsqueeze", layer, self.ints(0)) for layer in layers]
        return self.node("Concat", *layers, axis=0, name=name)

    def layer(self, name, index):
        """One layer's tensor of those that are stacked."""
        return self.node("Gather", name, self.int(index), axis=0)


def _encoder(weights, folder, file):
    """From the spectrogram to the keys and values that the decoder's layers attend to.

    sherpa-onnx hands them to the decoder as they are, so they are made ready for it once.
    """
    network = Network(weights)
    x = network.convolution("mel", "encoder/conv1", stride=1)
    x = network.convolution(x, "encoder/conv2", stride=2)
    x = network.node("Transpose", x, perm=[0, 2, 1])
    length = network.node("Shape", x, start=1, end=2)
    x = network.positions(x, "encoder", network.ints(0), length)
    for layer in range(weights.layers("encoder")):
        name = f"encoder/layer_{layer}/self_attention"
        y = network.linear(network.normal(x, name + "/layer_norm"), name + "/linear_0")
        query, *y = network.node("Split", y, outputs=3, axis=-1, num_outputs=3)
        y = network.attention(query, *network.keys_and_values(*y))
        x = network.node("Add", x, network.linear(y, name + "/linear_1"))
        x = network.feed_forward(x, f"encoder/layer_{layer}/ffn")
    x = network.normal(x, "encoder/layer_norm")
    pairs = []
    for layer in range(weights.layers("decoder")):
        y = network.linear(x, f"decoder/layer_{layer}/attention/linear_1")
        y = network.node("Split", y, outputs=2, axis=-1, num_outputs=2)
        pairs.append(network.keys_and_values(*y))
    keys, values = zip(*pairs)
    network.stacked(keys, "n_layer_cross_k")
    network.stacked(values, "n_layer_cross_v")
    mels = weights.shape("encoder/conv1/weight")[1]
    network.write(
        file,
        [value("mel", "float", ["N", mels, "T"])],
        _heard(weights),
        _properties(weights, folder),
    )


def _decoder(weights, folder, file):
    """From tokens, after `offset` others whose keys and values are in the cache, to the next ones.

    sherpa-onnx begins with a cache as long as the longest text, of which `offset` is taken; what it
    gets back, and gives again, is no longer than the text.
    """
    network = Network(weights)
    words, scales = network.matrix("decoder/embeddings/weight")
    x = network.node("Gather", words, "tokens", axis=1)
    x = network.node("Cast", network.node("Transpose", x, perm=[1, 2, 0]), to=1)
    scale = network.node("Unsqueeze", network.node("Gather", scales, "tokens"), network.ints(-1))
    x = network.node("Mul", x, scale)
    end = network.node("Add", "offset", network.node("Shape", "tokens", start=1, end=2))
    x = network.positions(x, "decoder", "offset", end)
    mask = _mask(network, end)
    keys, values = [], []
    for layer in range(weights.layers("decoder")):
        name = f"decoder/layer_{layer}/self_attention"
        y = network.linear(network.normal(x, name + "/layer_norm"), name + "/linear_0")
        query, *fresh = network.node("Split", y, outputs=3, axis=-1, num_outputs=3)
        for state, now, all in zip(("k", "v"), fresh, (keys, values)):
            before = network.layer(f"in_n_layer_self_{state}_cache", layer)
            before = network.node("Slice", before, network.ints(0), "offset", network.ints(1))
            all.append(network.node("Concat", before, now, axis=1))
        y = network.attention(query, *network.keys_and_values(keys[-1], values[-1]), mask)
        x = network.node("Add", x, network.linear(y, name + "/linear_1"))
        name = f"decoder/layer_{layer}/attention"
        query = network.linear(network.normal(x, name + "/layer_norm"), name + "/linear_0")
        heard = (network.layer(f"n_layer_cross_{state}", layer) for state in ("k", "v"))
        y = network.attention(query, *heard)
        x = network.node("Add", x, network.linear(y, name + "/linear_2"))
        x = network.feed_forward(x, f"decoder/layer_{layer}/ffn")
    x = network.normal(x, "decoder/layer_norm")
    network.product(x, words, scales, name="logits")
    network.stacked(keys, "out_n_layer_self_k_cache")
    network.stacked(values, "out_n_layer_self_v_cache")
    network.write(
        file,
        [
            value("tokens", "int64", ["N", "n"]),
            *_said(weights, "in", "C"),
            *_heard(weights),
            value("offset", "int64", [1]),
        ],
        [
            value("logits", "float", ["N", "n", weights.shape("decoder/embeddings/weight")[0]]),
            *_said(weights, "out", "E"),
        ],
        {},
    )


def _mask(network, end):
    """What hides from each token those after it."""
    first, last = (network.node("Squeeze", place, network.ints(0)) for place in ("offset", end))
    places = network.node("Range", network.int(0), last, network.int(1))
    own = network.node("Range", first, last, network.int(1))
    seen = network.node("LessOrEqual", places, network.node("Unsqueeze", own, network.ints(1)))
    return network.node("Where", seen, network.floats(0), network.floats(NEVER))


def _said(weights, direction, length):
    """The cache: keys and values of the text, of all layers of the decoder."""
    shape = [weights.layers("decoder"), "N", length, weights.shape("decoder/embeddings/weight")[1]]
    names = (f"{direction}_n_layer_self_{state}_cache" for state in ("k", "v"))
    return [value(name, "float", shape) for name in names]


def _heard(weights):
    """Keys and values of the audio, of all layers of the decoder and their heads."""
    layers, state = weights.layers("decoder"), weights.shape("decoder/embeddings/weight")[1]
    return [
        value("n_layer_cross_k", "float", [layers, "N", state // HEAD, HEAD, "A"]),
        value("n_layer_cross_v", "float", [layers, "N", state // HEAD, "A", HEAD]),
    ]


def _properties(weights, folder):
    """What sherpa-onnx wants to know of the model."""
    settings = json.loads((folder / "config.json").read_text())
    vocabulary = json.loads((folder / "vocabulary.json").read_text(encoding="utf-8"))
    ids = {token: id for id, token in enumerate(vocabulary)}
    size, state = weights.shape("decoder/embeddings/weight")
    languages = [vocabulary[id].strip("<|>") for id in settings["lang_ids"]]
    beginning = ("<|startoftranscript|>", "<|en|>", "<|transcribe|>")
    return {
        "model_type": "whisper",
        "n_mels": weights.shape("encoder/conv1/weight")[1],
        "n_text_layer": weights.layers("decoder"),
        "n_text_ctx": weights.shape("decoder/position_encodings/encodings")[0],
        "n_text_state": state,
        "n_vocab": size,
        "sot": ids["<|startoftranscript|>"],
        "sot_sequence": ",".join(str(ids[token]) for token in beginning),
        "eot": ids["<|endoftext|>"],
        "blank_id": ids["Ġ"],
        "transcribe": ids["<|transcribe|>"],
        "translate": ids["<|translate|>"],
        "no_speech": ids["<|nospeech|>"],
        "no_timestamps": ids["<|notimestamps|>"],
        "is_multilingual": 1,
        "all_language_codes": ",".join(languages),
        "all_language_tokens": ",".join(str(id) for id in settings["lang_ids"]),
    }
