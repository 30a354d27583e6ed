#!/usr/bin/env python3
"""Writes the compact reference tensors of src/test/resources/golden from the full ones.

usage: make_golden.py REFERENCE_DIR OUTPUT_DIR

REFERENCE_DIR holds golden/dsla_layer_{a,b}.safetensors, model/dsla/golden.safetensors and
model/dsla-released/golden.safetensors. Only the standard library is needed. Nothing is computed here: tensors are
copied, one is left out, and of the long ones some rows are. The same input gives the same bytes.
"""

import json
import math
import shutil
import struct
import sys
from pathlib import Path

# The full files have logits at positions 0, 64, 128, ... of 512 tokens and at 63, 127, ... of 2,048.
POSITIONS = range(0, 512, 64)
LONG_POSITIONS = range(63, 2048, 64)
# Kept: early, late, and just before and after a running sequence is raised (tokens 256 and 384; 1,024 and 1,536).
KEPT_POSITIONS = [64, 256, 384, 448]
KEPT_LONG_POSITIONS = [63, 1023, 1087, 1535, 1599, 2047]
# Rows of the output of layer 1. Its k, v and gates stay whole: the states depend on all of them.
LAYER_ROWS = range(0, 512)
KEPT_LAYER_ROWS = list(range(7, 512, 8))
# Not kept: q shows in the output.
LEFT_OUT = {"layer1.q"}

ITEM_BYTES = {"F32": 4, "I32": 4}


def read(path):
    """The tensors of a safetensors file: name -> (dtype, shape, bytes)."""
    data = path.read_bytes()
    (header_length,) = struct.unpack_from("<Q", data)
    header = json.loads(data[8 : 8 + header_length])
    header.pop("__metadata__", None)
    start = 8 + header_length
    tensors = {}
    for name, entry in header.items():
        begin, end = entry["data_offsets"]
        tensors[name] = (entry["dtype"], entry["shape"], data[start + begin : start + end])
    return tensors


def write(path, tensors, metadata):
    """Writes a safetensors file, tensors sorted by name, the header padded to 8 bytes with spaces."""
    header, offset = {"__metadata__": metadata}, 0
    names = sorted(tensors)
    for name in names:
        dtype, shape, data = tensors[name]
        if len(data) != math.prod(shape) * ITEM_BYTES[dtype]:
            raise ValueError(f"{name}: {len(data)} bytes do not fit {dtype} {shape}")
        header[name] = {"dtype": dtype, "shape": shape, "data_offsets": [offset, offset + len(data)]}
        offset += len(data)
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    with path.open("wb") as out:
        out.write(struct.pack("<Q", len(text)))
        out.write(text)
        for name in names:
            out.write(tensors[name][2])


def keep(tensor, axis, all_of, kept):
    """Keeps of one axis the indexes whose value in `all_of` is in `kept`."""
    dtype, shape, data = tensor
    if shape[axis] != len(all_of):
        raise ValueError(f"axis {axis} of {shape} is not {len(all_of)} long")
    item = math.prod(shape[axis + 1 :]) * ITEM_BYTES[dtype]
    parts = []
    for outer in range(math.prod(shape[:axis])):
        for value in kept:
            begin = (outer * shape[axis] + all_of.index(value)) * item
            parts.append(data[begin : begin + item])
    return dtype, shape[:axis] + [len(kept)] + shape[axis + 1 :], b"".join(parts)


def compact(name, tensor):
    if name.startswith("logits_"):
        return keep(tensor, 1, POSITIONS, KEPT_POSITIONS)
    if name.startswith("long_logits_"):
        return keep(tensor, 1, LONG_POSITIONS, KEPT_LONG_POSITIONS)
    if name == "layer1.output":
        return keep(tensor, 0, LAYER_ROWS, KEPT_LAYER_ROWS)
    return tensor


def integers(values):
    return "I32", [len(values)], struct.pack(f"<{len(values)}i", *values)


def in_both(name):
    """What does not depend on the form of the converted layers, as both were made from one base model."""
    return name in ("input_ids", "input_ids_long", "layer1.input") or name.endswith("_level0")


def main(reference, output):
    folding = read(reference / "model/dsla/golden.safetensors")
    released = read(reference / "model/dsla-released/golden.safetensors")
    base = {name: tensor for name, tensor in folding.items() if in_both(name)}
    for name, tensor in base.items():
        if released[name] != tensor:
            raise ValueError(f"{name} differs between the two forms")

    positions = {
        "logits_positions": integers(KEPT_POSITIONS),
        "long_logits_positions": integers(KEPT_LONG_POSITIONS),
    }
    rows = {"layer1.rows": integers(KEPT_LAYER_ROWS)}
    metadata = {
        "logits_positions": " ".join(map(str, KEPT_POSITIONS)),
        "long_logits_positions": " ".join(map(str, KEPT_LONG_POSITIONS)),
        "layer1.rows": "of layer1.output: 7 15 23 ... 511",
    }
    output.mkdir(parents=True, exist_ok=True)
    for form, source, extra in (
        ("base", base, positions),
        ("folding", folding, positions | rows),
        ("released", released, positions | rows),
    ):
        kept = {
            name: compact(name, tensor)
            for name, tensor in source.items()
            if name not in LEFT_OUT and (form == "base" or not in_both(name))
        }
        write(output / f"{form}.safetensors", kept | extra, metadata)
    for name in ("dsla_layer_a.safetensors", "dsla_layer_b.safetensors"):
        shutil.copyfile(reference / "golden" / name, output / name)

    for path in sorted(output.glob("*.safetensors")):
        print(f"{path.name}: {path.stat().st_size:,} bytes")
        for name, (dtype, shape, _) in sorted(read(path).items()):
            print(f"    {name} {dtype} {shape}")


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(Path(sys.argv[1]), Path(sys.argv[2]))
