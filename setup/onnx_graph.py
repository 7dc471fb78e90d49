"""ONNX models, written as protobuf by hand: no package is needed for it."""

import struct

IR_VERSION = 9
OPSET = 20  # the first with Gelu
# The numbers of TensorProto.DataType.
TYPES = {"float": 1, "int8": 3, "int64": 7}


def varint(value):
    encoded = bytearray()
    while value >= 0x80:
        encoded.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes(encoded + bytes([value]))


def field(number, data):
    """A field of bytes, text or a message."""
    data = data.encode() if isinstance(data, str) else data
    return varint(number << 3 | 2) + varint(len(data)) + data


def number(number, value):
    """A field of a whole number."""
    return varint(number << 3) + varint(value & (1 << 64) - 1)


def metadata(key, value):
    """One of the `metadata_props`, field 14 of ModelProto: {key = 1, value = 2}."""
    return field(14, field(1, key) + field(2, str(value)))


def value(name, kind, shape=None):
    """A ValueInfoProto: {name = 1, type = 2 {tensor_type = 1 {elem_type = 1, shape = 2}}}.

    A dimension is a number, or a name where it varies.
    """
    tensor = number(1, TYPES[kind])
    if shape is not None:
        dimensions = (number(1, d) if isinstance(d, int) else field(2, d) for d in shape)
        tensor += field(2, b"".join(field(1, dimension) for dimension in dimensions))
    return field(1, name) + field(2, field(1, tensor))


class Graph:
    """A graph that is written node by node. Everything is named by its number, in order."""

    def __init__(self):
        self._nodes = []
        self._constants = {}  # the names, by what they hold

    def constant(self, kind, shape, data):
        """The name of a tensor with these bytes; equal ones are one."""
        return self._constants.setdefault((kind, tuple(shape), data), f"c{len(self._constants)}")

    def floats(self, *values, shape=()):
        return self.constant("float", shape, struct.pack(f"<{len(values)}f", *values))

    def ints(self, *values):
        """One dimension of whole numbers."""
        return self.constant("int64", [len(values)], struct.pack(f"<{len(values)}q", *values))

    def int(self, value):
        return self.constant("int64", [], struct.pack("<q", value))

    def node(self, kind, *inputs, outputs=1, name=None, **attributes):
        """The name of the output, or a list of several; an output of the graph gets its `name`."""
        names = [f"t{len(self._nodes)}_{index}" for index in range(outputs)]
        names = [name] if name else names
        self._nodes.append(
            b"".join(field(1, input) for input in inputs)
            + b"".join(field(2, output) for output in names)
            + field(4, kind)
            + b"".join(field(5, _attribute(*attribute)) for attribute in attributes.items())
        )
        return names if outputs > 1 else names[0]

    def write(self, file, inputs, outputs, properties):
        """Writes the model with its inputs and outputs, each a `value`."""
        parts = [field(1, node) for node in self._nodes] + [field(2, "graph")]
        for (kind, shape, data), name in self._constants.items():
            # TensorProto: {dims = 1, data_type = 2, name = 8, raw_data = 9}.
            tensor = b"".join(number(1, size) for size in shape) + number(2, TYPES[kind])
            parts.append(field(5, tensor + field(8, name) + field(9, data)))
        parts += [field(11, input) for input in inputs] + [field(12, output) for output in outputs]
        file.write(number(1, IR_VERSION) + field(2, "parley"))
        file.write(varint(7 << 3 | 2) + varint(sum(map(len, parts))))
        file.writelines(parts)
        file.write(field(8, field(1, "") + number(2, OPSET)))
        for key, text in properties.items():
            file.write(metadata(key, text))


def _attribute(name, value):
    """An AttributeProto: {name = 1, f = 2, i = 3, ints = 8, type = 20}."""
    if isinstance(value, float):
        return field(1, name) + varint(2 << 3 | 5) + struct.pack("<f", value) + number(20, 1)
    if isinstance(value, int):
        return field(1, name) + number(3, value) + number(20, 2)
    return field(1, name) + b"".join(number(8, item) for item in value) + number(20, 7)
